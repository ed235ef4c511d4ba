/**
 * The names that Mosquitto reads of an `include_dir`, in its order: `*.conf`, compared without letter case first. Hidden files
 * count, `.conf` alone does not. Later files win where an option may stand once, so the order matters.
 */
export function includedNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.endsWith('.conf') && name.length > '.conf'.length).sort(inOrder)
}

/** By character: as capitals, else the capital first (`scmp_p` in Mosquitto's conf.c); in ASCII alone. */
function inOrder(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    const difference = capital(left) - capital(right) || left - right
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function capital(code: number): number {
  return code >= 0x61 && code <= 0x7a ? code - 0x20 : code
}
