import type { ReadInclude } from '../../brokers/read-context.js'
import type { Finding } from '../../kernel/result.js'
import type { Whereabouts } from '../files/whereabouts.js'

/** What the real programs say of copies of the files. */
export interface AskedPrograms {
  readonly findings: readonly Finding[]
  /** Versions that were asked. */
  readonly env: Readonly<Record<string, string>>
  readonly notes: readonly string[]
}

/** Which programs are asked, and how. */
export interface Asking {
  readonly haproxyBin?: string
  readonly haproxyVersion?: string
  /** All HAProxy files are one process, as `haproxy -f A -f B` takes them. */
  readonly oneHaproxy: boolean
  /** Programs of brokers, by kind. */
  readonly brokerBins: Readonly<Record<string, string | undefined>>
  /** Let them load the code that the files name. */
  readonly allowExec: boolean
  readonly where: Whereabouts
  /** What the files include, with the texts that are asked about. */
  readonly readInclude: ReadInclude
}

export const nobody: AskedPrograms = { findings: [], env: {}, notes: [] }

/** What lint says of code that it did not let a program run. */
export function notRun(leftOut: readonly string[]): string[] {
  return leftOut.map((one) => `${one}: not run and not judged; --allow-exec lets the program load it`)
}
