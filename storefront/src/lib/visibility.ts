export const isVisible = (): boolean => document.visibilityState === 'visible';

/** Resolves when the tab is visible: at once, or when the visitor returns to it. */
export function untilVisible(): Promise<void> {
  if (isVisible()) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (!isVisible()) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
  });
}
