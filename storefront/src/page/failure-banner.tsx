import { useStore } from '../lib/use-store.ts';
import { useShop } from '../shop.ts';

/** Floats over the page to avoid a layout shift. */
export function FailureBanner() {
  const { failures, pauses, catalog } = useShop();
  const shown = useStore(failures.shown);
  // An empty product list already shows the failure.
  const empty = useStore(catalog.failure) !== undefined;
  const failure = empty ? undefined : shown;
  return (
    <div class="failure-banner" role="alert">
      {failure && (
        <div class="failure-card">
          <p>
            <strong>{failure.text}</strong> This page may be out of date. Your orders are safe.
          </p>
          <button type="button" onClick={pauses.end}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}
