import Table from 'cli-table3';

const noLinesBetweenRows = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

export function table(rows: readonly (readonly (string | number)[])[], head: string[] = []): string {
  const made = new Table({ head, style: { head: [], border: [] }, chars: noLinesBetweenRows });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
}
