/** One word of a command line for a POSIX shell: as it is where that is safe, else in single quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : singleQuoted(text)
}

export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
