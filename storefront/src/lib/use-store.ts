import { useLayoutEffect, useState } from 'preact/hooks';
import type { Store } from './store.ts';

export function useStore<Value>(store: Store<Value>): Value {
  const [, redraw] = useState({});
  // Subscribes before the paint, and redraws for a change between render and subscription.
  useLayoutEffect(() => {
    const drawn = store.value;
    const stop = store.listen(() => redraw({}));
    if (store.value !== drawn) redraw({});
    return stop;
  }, [store]);
  return store.value;
}
