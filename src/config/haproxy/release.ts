/** The HAProxy that reads the files: what conditions and keywords are judged by. */
export interface HaproxyRelease {
  /** `3.2.26`, `3.4`, `3.5-dev3`. */
  readonly version: string
  /** `OPENSSL`, `LUA`, ... as `haproxy -vv` lists them with a plus sign. */
  readonly features?: readonly string[]
  /** `3.0.17`: the OpenSSL it was built with. */
  readonly opensslVersion?: string
}

/** The newest release whose reading was measured; used if neither a program nor a flag says another. */
export const newestRelease: HaproxyRelease = { version: '3.4' }

/**
 * Compares as HAProxy does: number by number, a missing number is 0, and `-dev` comes before the release.
 * @returns less than 0, 0 or more than 0
 */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let at = 0; at < left.length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

export function atLeast(release: HaproxyRelease, version: string): boolean {
  return compareReleases(release.version, version) >= 0
}

/** Major, minor, patch, and the number behind `-dev` (infinite for a release). */
function numbersOf(version: string): readonly number[] {
  const match = /^\s*(\d+)?(?:\.(\d+))?(?:\.(\d+))?(?:-dev(\d+))?/.exec(version)
  const [, major = '0', minor = '0', patch = '0', dev] = match ?? []
  return [Number(major), Number(minor), Number(patch), dev === undefined ? Number.MAX_SAFE_INTEGER : Number(dev)]
}
