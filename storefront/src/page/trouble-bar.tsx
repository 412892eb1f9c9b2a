import { useStore } from '../lib/use-store.ts';
import { useShop } from '../shop.ts';

/** Floats over the page to avoid a layout shift. */
export function TroubleBar() {
  const { trouble, pauses, catalog } = useShop();
  const shown = useStore(trouble.shown);
  // An empty product list already shows the failure.
  const empty = useStore(catalog.failure) !== undefined;
  const failure = empty ? undefined : shown;
  return (
    <div class="trouble" role="alert">
      {failure && (
        <div class="trouble-card">
          <p>
            <strong>{failure.sentence}</strong> This page may be out of date. Your orders are safe.
          </p>
          <button type="button" onClick={pauses.end}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}
