/** The title of the chapter, above each of its stories. */

export const CHAPTER = '16 Live queries';
