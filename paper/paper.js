// paper: a figure enlarges where it is clicked, tapped or entered; Escape or a click closes it. A link
// into a closed list opens it.
(() => {
  const dialog = document.createElement('dialog'), picture = new Image();
  dialog.setAttribute('aria-label', 'enlarged figure');
  dialog.append(picture);
  dialog.tabIndex = 0;
  dialog.addEventListener('click', () => dialog.close());
  document.body.append(dialog);
  // What is closed opens where a link leads into it.
  const open = () => document.getElementById(location.hash.slice(1))?.closest('details')?.setAttribute('open', '');
  addEventListener('hashchange', open);
  open();
  for (const image of document.querySelectorAll('figure img')) {
    const button = document.createElement('button');
    button.className = 'enlarge';
    button.setAttribute('aria-label', 'Enlarge: ' + image.alt);
    image.replaceWith(button);
    button.append(image);
    button.addEventListener('click', () => {
      picture.src = image.src;
      picture.alt = image.alt;
      dialog.showModal();
    });
  }
})();
