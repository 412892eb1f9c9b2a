export function compileCache(root: string, atMost?: number): { readonly NODE_COMPILE_CACHE: string };
