/** The title of the chapter, above each of its stories. */

export const CHAPTER = '15 One socket for all tabs';
