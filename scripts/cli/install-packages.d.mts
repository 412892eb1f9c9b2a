export class InstallError extends Error {
  readonly code: string;
  readonly hint: string;
}
/** @throws {InstallError} */
export function installPackages(folder: string, notice: string): void;
