/** The title of the chapter, and what its stories share. */

export const CHAPTER = '08 Sleep, offline, half-open';
