// paper: a figure enlarges where it is clicked, tapped or entered; Escape or a click closes it.
(() => {
  const dialog = document.createElement('dialog'), picture = new Image();
  dialog.setAttribute('aria-label', 'enlarged figure');
  dialog.append(picture);
  dialog.tabIndex = 0;
  dialog.addEventListener('click', () => dialog.close());
  document.body.append(dialog);
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
