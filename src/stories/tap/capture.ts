import { type Reassembled, Reassembly } from '../../capture/reassembly.js'
import { readInput } from '../../host/files/input.js'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { Conversation } from '../../tap/conversation.js'
import type { TapEvent } from '../../tap/event.js'

/**
 * The connections of a capture (pcap or pcapng, `-` for stdin) as events. `ports`: only connections with one of these
 * ports; empty: all.
 * @returns bytes of a packet that was cut off at the end
 * @throws Fault MP-INPUT, MP-CAPTURE (exit 2)
 */
export async function tapCapture(
  name: string,
  ports: readonly number[],
  onEvent: (event: TapEvent) => void,
): Promise<{ readonly connections: number; readonly cutOff: number }> {
  const reassembly = new Reassembly()
  const follow = follower(ports, onEvent)
  let length = 0
  for await (const chunk of readInput(name)) {
    length += chunk.length
    let events: readonly Reassembled[]
    try {
      events = reassembly.push(chunk)
    } catch (error) {
      throw new Fault('MP-CAPTURE', `${nameOf(name)} cannot be read as a capture: ${messageOf(error)}`, {
        exit: EXIT.usage,
        hints: [whatIsRead],
        cause: error,
      })
    }
    for (const event of events) follow.event(event)
  }
  if (length === 0) throw new Fault('MP-CAPTURE', `${nameOf(name)} is empty`, { exit: EXIT.usage, hints: [whatIsRead] })
  const { events, pending } = reassembly.end()
  for (const event of events) follow.event(event)
  return { connections: follow.count(), cutOff: pending }
}

const whatIsRead = 'tap -r reads pcap and pcapng, as tcpdump -w and Wireshark write them'

function nameOf(name: string): string {
  return name === '-' ? 'stdin' : name
}

function follower(ports: readonly number[], onEvent: (event: TapEvent) => void) {
  const open = new Map<number, Conversation>()
  let count = 0
  const wanted = (end: string) => ports.includes(Number(end.slice(end.lastIndexOf(':') + 1)))
  const event = (one: Reassembled): void => {
    if (one.kind === 'open') {
      if (ports.length > 0 && !wanted(one.client) && !wanted(one.server)) return
      const conversation = new Conversation(++count)
      open.set(one.connection, conversation)
      onEvent(conversation.open(one.at, one.client, one.server))
      return
    }
    const conversation = open.get(one.connection)
    if (conversation === undefined) return
    if (one.kind === 'data') for (const seen of conversation.push(one.from, one.bytes, one.at)) onEvent(seen)
    if (one.kind === 'lost') onEvent(conversation.lost(one.from, one.bytes, one.at))
    if (one.kind === 'close') onEvent(conversation.close(one.at, one))
  }
  return { event, count: () => count }
}
