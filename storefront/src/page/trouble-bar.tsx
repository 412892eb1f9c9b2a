import { useStore } from '../lib/use-store.ts';
import { useShop } from '../shop.ts';

/** Floats over the page, so that it moves nothing. */
export function TroubleBar() {
  const { trouble, pauses, catalog } = useShop();
  const shown = useStore(trouble.shown);
  // An empty page says it in its middle.
  const empty = useStore(catalog.failure) !== undefined;
  const failure = empty ? undefined : shown;
  return (
    <div class="trouble" role="alert">
      {failure && (
        <div class="trouble-card">
          <p>
            <strong>{failure.sentence}</strong> What you see may be old. Your orders are safe.
          </p>
          <button type="button" onClick={pauses.end}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}
