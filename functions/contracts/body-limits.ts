/** Bytes of a request body; larger ones get 413 before parsing. */
export const maxBodyBytes = 16 * 1024;
/** Nesting depth of a request body; every schema here needs 1. */
export const maxBodyDepth = 16;
