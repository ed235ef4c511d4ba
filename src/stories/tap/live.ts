import { recordedEnds, unixServerPort, wiresharkPorts } from '../../capture/pcapng.js'
import { CaptureFile } from '../../host/files/capture-file.js'
import { writeOutput } from '../../host/files/output.js'
import type { TapWatcher } from '../../host/net/tap-pipe.js'
import {
  startTapRelay,
  type TapEnd,
  type TapEnds,
  type TapRelay,
  type TapRelayOptions,
} from '../../host/net/tap-relay.js'
import { formatSocketAddress, type SocketAddress } from '../../kernel/socket-address.js'
import { Conversation } from '../../tap/conversation.js'
import type { TapEvent } from '../../tap/event.js'
import type { WayFault } from '../../tap/fault-kinds.js'
import { FaultyConnection } from '../../tap/faults.js'
import { FaultChooser } from './faults.js'

export interface LiveTap
  extends Pick<TapRelayOptions, 'listen' | 'target' | 'listenTls' | 'targetTls' | 'connectTimeoutMs'> {
  readonly onEvent: (event: TapEvent) => void
  readonly faults: readonly WayFault[]
  readonly seed: number
  /** A pcapng file of everything that is passed on. */
  readonly write: string | undefined
}

export interface StartedTap {
  readonly at: SocketAddress
  /** Ends the relay, and the file. */
  stop(): Promise<void>
}

/**
 * Stands between two programs and shows what flows.
 * @throws Fault MP-PORT-TAKEN, MP-LISTEN (exit 3), MP-TAP-TLS, MP-OUTPUT (exit 2)
 */
export async function startTap(options: LiveTap): Promise<StartedTap> {
  const file = options.write === undefined ? undefined : await CaptureFile.create(options.write)
  const chooser = new FaultChooser(options.faults, options.seed)
  let count = 0
  const watch = (ends: TapEnds) => {
    const fault = chooser.next()
    return tapWatcher(++count, ends, { onEvent: options.onEvent, faultOf: () => fault, file })
  }
  let relay: TapRelay
  try {
    relay = await startTapRelay({ ...options, watch })
  } catch (error) {
    await file?.close()
    throw error
  }
  // Without it Wireshark takes the header for MQTT: the port of a broker behind HAProxy is seldom 1883.
  if (options.write !== undefined) {
    const port = 'port' in options.target ? options.target.port : unixServerPort
    await writeOutput(`${options.write}.lua`, wiresharkPorts([port]))
  }
  const stop = async () => {
    await relay.stop()
    await file?.close()
  }
  return { at: relay.at, stop }
}

export interface Watching {
  readonly onEvent: (event: TapEvent) => void
  /** The fault of a connection, by the first bytes of its client; `undefined`: none. */
  readonly faultOf: (first: Uint8Array) => WayFault | undefined
  readonly file?: CaptureFile | undefined
}

/** Decodes one connection of a relay, and strikes it with its fault. */
export function tapWatcher(connection: number, ends: TapEnds, { onEvent, faultOf, file }: Watching): TapWatcher {
  const conversation = new Conversation(connection)
  let faulty: FaultyConnection | undefined
  let decided = false
  const recorded = file?.connection(recordedEnds(ends, connection), now())
  onEvent(conversation.open(now(), textOf(ends.client), textOf(ends.server)))
  const passed = (from: 'client' | 'server', bytes: Uint8Array) => {
    const at = now()
    recorded?.data({ from, at, bytes })
    for (const event of conversation.push(from, bytes, at)) onEvent(event)
  }
  return {
    data(from, bytes) {
      if (!decided && from === 'client') {
        decided = true
        const fault = faultOf(bytes)
        if (fault !== undefined) faulty = new FaultyConnection(fault)
      }
      const struck = faulty?.data(from, bytes)
      if (struck === undefined) {
        passed(from, bytes)
        return undefined
      }
      if (struck.did !== undefined) onEvent(conversation.fault(struck.did, now()))
      // What is shown is what goes on, not what came.
      for (const piece of struck.pieces) if (piece.bytes.length > 0) passed(from, piece.bytes)
      return struck
    },
    end(by, reset, why) {
      const at = now()
      recorded?.close(at, by ?? 'client', reset)
      onEvent(conversation.close(at, { by, reset, ...(why !== undefined && { why }) }))
    },
  }
}

function textOf(end: TapEnd): string {
  if ('path' in end) return end.path === '' ? 'a Unix socket' : end.path
  return end.port === 0 ? 'a client that has gone' : formatSocketAddress({ host: end.address, port: end.port })
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
