;;; paper.el --- Org to one HTML file or to LaTeX, the same bytes each time -*- lexical-binding: t -*-

;; emacs -Q --batch -l paper/paper.el html|latex FILE.org OUT
;;
;; HTML carries its style (paper.css) and its pictures inside; LaTeX has preamble.tex.  Whatever
;; is missing (a number's macro, an included table, a picture, a reference) ends the export with
;; one line and writes nothing.

(setq gc-cons-threshold (* 256 1024 1024)) ; a batch run's garbage can stay
(setq vc-handled-backends nil) ; git is not asked, nor needed
(require 'ox-html)
(require 'ox-latex)

(defconst paper-folder (file-name-directory load-file-name))

(defun paper-text (name)
  "The file NAME of the paper's folder."
  (with-temp-buffer
    (insert-file-contents (expand-file-name name paper-folder))
    (buffer-string)))

;; ---- The same bytes each time ---------------------------------------------------------------

(defvar paper-references 0 "How many anchors were given a number.")

;; Org draws the names of anchors at random.
(advice-add 'org-export-new-reference :override
            (lambda (_references) (setq paper-references (1+ paper-references))))

;; ---- What goes into both --------------------------------------------------------------------

(defun paper-minus (text backend _info)
  "The hyphen before a digit in TEXT becomes a minus sign."
  (replace-regexp-in-string
   "\\(^\\|[^[:alnum:]}]\\)-\\([0-9]\\)"
   (if (eq backend 'html) "\\1−\\2" "\\1\\\\textminus{}\\2")
   text))

(defun paper-unbroken (text backend _info)
  "What belongs to a number in TEXT stays on its line: a per cent sign, what /p/ and /n/ equal."
  (replace-regexp-in-string
   "\\([0-9]\\) \\\\?%\\| = "
   (lambda (found) (string-replace " " (if (eq backend 'html) "&#xa0;" "~") found))
   text t t))

(setq org-export-filter-plain-text-functions '(paper-minus paper-unbroken))

(setq org-export-with-author nil
      org-export-with-date nil
      org-export-with-timestamps nil
      org-export-time-stamp-file nil
      org-export-with-creator nil
      org-export-with-sub-superscripts '{}
      org-export-with-smart-quotes t
      org-export-with-broken-links nil)

;; Stages write W_down for W with the index down, and set signs of norms and functions beside it.
(defun paper-index (_backend)
  "An index as Org writes it: W_{down} for W_down, outside of code."
  (while (re-search-forward "\\(?:^\\|[^[:alnum:]_]\\)\\([[:alpha:]]\\)_\\([[:alnum:]]+\\)" nil t)
    (unless (memq (save-match-data (org-element-type (org-element-context)))
                  '(code verbatim src-block example-block export-block keyword link))
      (replace-match "{\\2}" t nil nil 2))))

(add-hook 'org-export-before-parsing-hook #'paper-index)

(org-set-emph-re 'org-emphasis-regexp-components
                 '("-[:space:]('\"{‖|(/−√" "-[:space:].,:!?;'\")}\\[‖|(" "[:space:]" "." 1))

;; ---- HTML -----------------------------------------------------------------------------------

(defvar paper-backend nil "What is made: html or latex.")

(defun paper-link-numbers (templates &rest _)
  "Before the macros of TEMPLATES are replaced: each number becomes a link to where it comes from."
  (when (and (eq paper-backend 'html) (assoc "profile" templates))
    (let ((seen (make-hash-table :test #'equal)))
      (save-excursion
        (goto-char (point-min))
        (while (re-search-forward "{{{\\([[:alnum:]_-]+\\)}}}" nil t)
          (let* ((name (match-string 1))
                 (verdict (string-match-p "\\`\\(C[0-9]+\\|mistake\\)\\'" name))
                 (id (if (gethash name seen) "" (format " id=\"u-%s\"" name))))
            (unless (save-excursion (beginning-of-line) (looking-at "#\\+"))
              (puthash name t seen)
              (replace-match
               (format (if verdict "{{{%1$s}}}@@html: <a class=\"of\"%2$s href=\"#n-%1$s\">trace</a>@@"
                         "@@html:<a class=\"n\"%2$s href=\"#n-%1$s\">@@{{{%1$s}}}@@html:</a>@@")
                       name id)
               t t))))))
    (setq paper-backend nil)))

(advice-add 'org-macro-replace-all :before #'paper-link-numbers)

(defun paper-origins (html backend _info)
  "HTML with a link at each figure and table to where it comes from."
  (when (eq backend 'html)
    (replace-regexp-in-string
     "<table [^>]*data-query=\"\\([^\"]+\\)\"[^>]*>\n<caption[^>]*>[^\0]*?</caption>"
     (lambda (table)
       (string-replace "</caption>"
                       (format " <a class=\"of\" href=\"#t-%s\">trace</a></caption>" (match-string 1 table))
                       table))
     (replace-regexp-in-string
      "<img src=\"[./]*figures/\\([a-z_0-9]+\\)\\.png\"[^\0]*?</figcaption>"
      (lambda (figure)
        (string-replace "</figcaption>"
                        (format " <a class=\"of\" href=\"#f-%s\">trace</a></figcaption>"
                                (match-string 1 figure))
                        figure))
      html t t)
     t t)))

(defun paper-closed (html backend _info)
  "HTML with the script that enlarges figures."
  (when (eq backend 'html)
    (string-replace "</body>" (concat "<script>\n" (paper-text "paper.js") "</script>\n</body>") html)))

(defun paper-data-uri (path)
  "The picture at PATH as a data URI."
  (let ((kind (file-name-extension path)))
    (with-temp-buffer
      (set-buffer-multibyte nil)
      (insert-file-contents-literally path)
      (base64-encode-region (point-min) (point-max) t)
      (format "data:image/%s;base64,%s" kind (buffer-string)))))

(defun paper-embed (html backend _info)
  "HTML with its pictures inside."
  (when (eq backend 'html)
    (replace-regexp-in-string
     "<img src=\"\\([^\"]+\\)\""
     (lambda (image) (format "<img src=\"%s\"" (paper-data-uri (match-string 1 image))))
     html t t)))

(setq org-export-filter-final-output-functions '(paper-origins paper-embed paper-closed))

(defun paper-wide (table backend _info)
  "A table in a box of its own, which the style lets be wider than the text."
  (when (eq backend 'html) (concat "<div class=\"wide\" tabindex=\"0\">\n" table "</div>\n")))

(add-to-list 'org-export-filter-table-functions #'paper-wide)

(setq org-html-doctype "html5"
      org-html-html5-fancy t
      org-html-prefer-user-labels t
      org-html-validation-link nil
      org-html-postamble nil
      org-html-head-include-default-style nil
      org-html-head-include-scripts nil
      org-html-htmlize-output-type nil
      org-html-table-default-attributes nil
      org-html-head (concat "<style>\n" (paper-text "paper.css") "</style>"))

;; ---- LaTeX ----------------------------------------------------------------------------------

(defun paper-vectors (latex backend _info)
  "LATEX with the pictures' PDF in place of their PNG."
  (when (eq backend 'latex)
    (replace-regexp-in-string "\\(figures/[a-z_0-9]+\\)\\.png}" "\\1.pdf}" latex t)))

(add-to-list 'org-export-filter-final-output-functions #'paper-vectors)

(setq org-latex-classes `(("article" ,(concat "\\documentclass[10pt,a4paper]{article}\n"
                                              (paper-text "preamble.tex")
                                              "[NO-DEFAULT-PACKAGES]\n[NO-PACKAGES]\n[EXTRA]")
                           ("\\section{%s}" . "\\section*{%s}")
                           ("\\subsection{%s}" . "\\subsection*{%s}")
                           ("\\subsubsection{%s}" . "\\subsubsection*{%s}")))
      org-latex-hyperref-template "\\hypersetup{pdftitle={%t}, pdflang={en}}\n"
      org-latex-tables-booktabs t
      org-latex-prefer-user-labels t
      org-latex-image-default-width "0.7\\linewidth"
      org-latex-default-figure-position "htbp"
      org-latex-caption-above '(table))

;; ---- The command ----------------------------------------------------------------------------

(let* ((backend (intern (pop command-line-args-left)))
       (source (pop command-line-args-left))
       (target (expand-file-name (pop command-line-args-left)))
       (coding-system-for-write 'utf-8-unix)
       (make-backup-files nil)
       (message-log-max nil))
  (condition-case fault
      (let ((text (with-current-buffer (find-file-noselect source)
                    (setq paper-backend backend)
                    (org-export-as backend))))
        (with-temp-file target (insert text)))
    (error
     (message "docmem: paper: %s: %s; correct it, or make what it names"
              source (replace-regexp-in-string "\n" " " (error-message-string fault)))
     (kill-emacs 1))))
