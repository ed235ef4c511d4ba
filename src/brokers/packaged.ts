/** A program that Debian packages, so that `tools install` can fetch it without root, and how to get it elsewhere. */
export interface Packaged {
  readonly package: string
  /** What it is called on PATH. */
  readonly fileName: string
  /** Programs inside the package, the main one first; paths from the root of the prefix. */
  readonly programs: readonly string[]
  /** Asks the main program for its version. */
  readonly versionArgs: readonly string[]
  /** Newest verified first; the first is what a bare name means. */
  readonly releases: readonly PackagedRelease[]
  /** For hosts where we cannot fetch it: how to install it there. */
  readonly elsewhere: readonly string[]
}

/** A release line of a program, and the Debian suites that carry it. */
interface PackagedRelease {
  /** Release line: `3.2`; `latest` is whatever a suite carries. */
  readonly line: string
  /** Debian suites, tried in this order until one offers that line; `experimental` brings `sid` along for what it depends on. */
  readonly suites: readonly string[]
}

/** How a program runs from a container instead. */
export const fromContainer = (image: string) => `container: docker run --rm --network host ${image}`
