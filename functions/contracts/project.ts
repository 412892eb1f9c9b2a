/**
 * The project's name: a fork changes it here, and nowhere else. `stacks/model/checks/check-project.ts` holds its grammar
 * and the longest that fits every resource; `npm run rename-check` tries another one.
 */
export const project = 'flash-sale';

const words = project.split('-');
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `FlashSale` */
export const projectPascal: string = words.map(capital).join('');
/** `Flash sale`, for people. */
export const projectTitle: string = capital(words.join(' '));
/** `flashsale`, where a hyphen is refused. */
export const projectLetters: string = words.join('');
/** `fs`, where there is room for four characters and no more. */
export const projectInitials: string = words
  .map((word) => word.charAt(0))
  .join('')
  .slice(0, 4);
