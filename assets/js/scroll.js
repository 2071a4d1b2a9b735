// A drawing wider than its frame is moved with the arrow keys; one that fits is no stop for the Tab key.

export function startScroll() {
  const frames = document.querySelectorAll('[data-scrolls]');
  const look = () => {
    for (const frame of frames) {
      if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
      else frame.removeAttribute('tabindex');
    }
  };
  look();
  addEventListener('resize', look);
}
