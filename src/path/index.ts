import { type Ground, type GroundInput, groundOf } from './ground.js'
import { type Judged, judge } from './mismatches/index.js'

/**
 * A connection's path through HAProxy to a broker, read once from all files: which client connects where (`topology.entries`),
 * what each way carries hop by hop (`paths`), and what does not fit (`mismatches`).
 */
export interface PathModel extends Ground, Judged {}

/**
 * Reads the paths of one pair, or of several HAProxies and brokers.
 *
 * - What a client has to speak at an entry is `path.client`, for each path from it.
 * - `path.end` says where it leads: a `listener`, `elsewhere` (no given file describes that host: say "not judged"),
 *   `nowhere` (this host, and nobody listens), `no route`, `loop`, or `unread`.
 * - `path.legs[n].carried` is what is on the wire behind the n-th server line; `arrivalOf(path)` what the listener reads.
 * - A mismatch names the directive (`at`), who suffers, the remedy; `path` or `listener` say whose it is.
 */
export function readPaths(input: GroundInput): PathModel {
  const ground = groundOf(input)
  return { ...ground, ...judge(ground) }
}
