/**
 * The project's name: a fork changes it here, and nowhere else. `stacks/model/checks/check-project.ts` holds its
 * grammar and the maximum length that fits every resource; `npm run rename-check` tries another name.
 */
export const project = 'flash-sale';

const words = project.split('-');
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `FlashSale` */
export const projectPascal: string = words.map(capital).join('');
/** `Flash sale`, for people. */
export const projectTitle: string = capital(words.join(' '));
/** `flashsale`, for names without hyphens. */
export const projectLetters: string = words.join('');
/** `fs`, for names with room for only four characters. */
export const projectInitials: string = words
  .map((word) => word.charAt(0))
  .join('')
  .slice(0, 4);
