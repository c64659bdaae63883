/** The title of the chapter, above each of its stories. */

export const CHAPTER = '18 Channels';
