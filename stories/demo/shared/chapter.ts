/** The title of the chapter, above each of its stories. */

export const CHAPTER = '17 Shared state';
