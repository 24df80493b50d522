// Runs in a page before anything else, and becomes `window.lsform`: shows interfaces and tells what came of it.
window.lsform = (() => {
  let faults = []; // what nobody caught
  let shownSince; // when all was there for the first time
  let root;
  window.addEventListener("error", (event) => event.error && faults.push(String(event.error)));
  window.addEventListener("unhandledrejection", (event) => faults.push(String(event.reason)));

  const DIALOG = ".ant-modal-confirm-error";
  const SAID = `[class*="error--"], .lsf-modal-ls_visible, ${DIALOG}`; // in place of what cannot be shown, or over it
  // The editor calls objects ready before their media are there.
  const MEDIA = {image: (one) => one.imageIsLoaded, audio: (one) => one._ws?.loaded, video: (one) => one.length > 1};
  const hasMedia = (one) => !one.value || !MEDIA[one.type] || MEDIA[one.type](one);

  return {
    // Shows a new editor, as the page of a task has it, instead of all that the page shows.
    show(config, data, interfaces) {
      for (const one of LabelStudio.instances) one.destroy?.();
      root?.remove();
      for (const one of document.body.children) one.style.display = "none";
      root = document.body.appendChild(document.createElement("div"));
      window.Htx = shownSince = undefined;
      faults = [];
      new LabelStudio(root, {
        config,
        interfaces,
        user: {id: 1},
        task: {id: 1, data, annotations: [], predictions: []},
        onStorageInitialized: ({annotationStore}) => {
          annotationStore.selectAnnotation(annotationStore.addAnnotation({userGenerate: true}).id);
        },
      });
    },

    // What the editor makes of a task: its complaints, and the names of the tags that it knows; null while it is
    // loading. It complains by exceptions, in its store of what is wrong with the interface, by messages and by dialogs.
    verdict(steady) {
      const store = window.Htx?.annotationStore;
      const annotation = store?.selected;
      const complaints = [
        ...faults,
        ...(store?.validation ?? []).map((one) => one.error),
        ...Array.from(document.querySelectorAll(SAID), (one) => one.innerText),
      ];
      const isShown = annotation?.objects.every((one) => one.isReady && hasMedia(one))
        && Array.from(document.querySelectorAll("button")).some((one) => one.innerText === "Submit");
      if (!isShown) shownSince = undefined;
      else shownSince ??= Date.now();
      const names = Array.from(annotation?.names.keys() ?? []).sort();
      return complaints.length > 0 || Date.now() - shownSince > steady ? [complaints, names] : null;
    },

    // Whether an interface has left something behind: a dialog may be followed by more, and a Taxonomy whose
    // labels could not be read throws for all that come after it, since it shares them.
    isSpoiled: () => root !== undefined && (faults.length > 0 || document.querySelector(DIALOG) !== null),
  };
})();
