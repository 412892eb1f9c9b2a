// The folders of the project, and how a rule about them is written.

export const node =
  '^node:|^(assert|async_hooks|buffer|child_process|cluster|crypto|dns|events|fs|http|https|inspector|module|net|os|path|perf_hooks|process|readline|stream|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(/|$)';
export const packages = (...names: string[]) => names.map((name) => `(^|node_modules/)${name}(/|$)`);
export const folder = (path: string) => `^${path}/`;
export const only = (name: string, from: string, ...to: (string | readonly string[])[]) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '(^|/)node_modules/' },
  to: { pathNot: to.flat() },
});

export const f = {
  lib: folder('functions/lib'),
  domain: folder('functions/domain'),
  contracts: folder('functions/contracts'),
  ports: folder('functions/ports'),
  resilience: folder('functions/resilience'),
  lending: folder('functions/lending'),
  runtime: folder('functions/runtime'),
  adapters: (name: string) => folder(`functions/adapters/${name}`),
};
export const core = [f.lib, f.domain, f.contracts, f.ports];

export const model = folder('stacks/model');
export const build = folder('stacks/build');
export const deployability = folder('stacks/rules');
export const outside = [node, '(^|/)node_modules/'];
