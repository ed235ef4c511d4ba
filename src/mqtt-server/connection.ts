import { printable } from '../kernel/printable.js'
import { Framer, type FramerSink, isConnect, typeOf } from '../mqtt-wire/framer.js'
import { codeOf, type Ending, endings, PacketFault } from '../mqtt-wire/packet-fault.js'
import { checkLength } from '../mqtt-wire/packet-length.js'
import { PacketReader } from '../mqtt-wire/packet-reader.js'
import { PACKET, type Protocol, type Qos, REASON } from '../mqtt-wire/packet-types.js'
import { acknowledgement, disconnect } from '../mqtt-wire/packet-writer.js'
import { mayConnect } from './access/access.js'
import type { Arrival, Transport, Verdict } from './arrival.js'
import type { Broker } from './broker.js'
import type { ListenerOptions } from './options.js'
import { Outflow } from './outflow.js'
import { OutgoingAliases } from './outgoing-aliases.js'
import { sendPublish } from './send-publish.js'
import type { Delivery, Sender } from './session/outgoing.js'
import { Replays } from './session/replay.js'
import type { Session, SessionConnection } from './session/session.js'

/** Seconds a client has for its CONNECT, before half as much is added. */
const connectWithin = 20

/** Packets of one client that are handled before others have their turn; so many bytes count as one. */
const packetsAtOnce = 500
const bytesAsPacket = 2048

const nothing = Buffer.alloc(0)

/** What to do with a packet: the connection, its first byte, the rest. */
export type Handler = (connection: Connection, header: number, reader: PacketReader) => void

/** One network connection that speaks MQTT: its packets in, its packets out. */
export class Connection implements FramerSink, Sender, SessionConnection {
  seat = -1
  state: 'new' | 'active' | 'closed' = 'new'
  /** Meaningful once CONNECT named it. */
  protocol: Protocol = 4
  /** Shown in the log before there is a session. */
  id: string | undefined
  session: Session | undefined
  username: string | undefined
  /** Kept to be judged again when the password file changes. */
  password: Buffer | undefined
  keepalive = connectWithin
  /** Of a bridge that announced itself by version bit 0x80. */
  bridge = false
  /** Largest packet the client takes; 0: any. */
  maxPacket = 0
  maxQos: Qos = 2
  /** Aliases the client set for its topics. */
  aliases: Map<number, string> | undefined
  /** Aliases we set towards it, as many as it allows. */
  readonly aliasesOut = new OutgoingAliases()
  /** How the client said goodbye; with `clean` its will is forgotten. */
  farewell: 'none' | 'clean' | 'with-will' = 'none'
  /** Retained messages that are still to be sent. */
  readonly replays = new Replays()
  /** Since when nothing is read from a client that does not read itself; milliseconds. */
  #pausedAt: number | undefined
  #saidPaused = false
  /** Packets until everybody else comes first. */
  #left = packetsAtOnce
  readonly #out: Outflow
  readonly #framer = new Framer(this)
  #lastIn: number
  #judged = false
  /** A DISCONNECT with a reason was sent. */
  #lastWords = false

  constructor(
    readonly broker: Broker,
    readonly listener: ListenerOptions,
    readonly arrival: Arrival,
    readonly transport: Transport,
    private readonly handlerOf: (header: number) => Handler,
  ) {
    this.#out = new Outflow(transport, broker.budget, broker.limits, broker.gathering, () => this.#pause())
    this.#lastIn = broker.clock.now()
    this.maxQos = listener.maxQos
  }

  get open(): boolean {
    return this.state !== 'closed' && this.#pausedAt === undefined && this.#left > 0
  }

  get full(): boolean {
    return this.#out.full
  }

  get backlog(): number {
    return this.#out.backlog
  }

  /** `192.0.2.5:4242`, as the log writes clients. */
  get where(): string {
    return `${printable(this.arrival.client.address)}:${this.arrival.client.port}`
  }

  /** The client id in the log; `(null)` as long as there is none. */
  get name(): string {
    return this.id === undefined ? '(null)' : printable(this.id)
  }

  receive(chunk: Buffer): void {
    if (this.state === 'closed') return
    this.broker.gathering.begin()
    try {
      this.#framer.push(chunk)
      // A large packet on its way counts as a sign of life.
      if (this.#framer.pending > 1000) this.#lastIn = this.broker.clock.now()
    } catch (error) {
      this.#fail(error)
    } finally {
      this.broker.gathering.end()
      this.#rest()
    }
  }

  /** After enough packets everybody else comes first. */
  #rest(): void {
    if (this.#left > 0 || this.state === 'closed') return
    this.transport.pause()
    this.broker.turns.add(this.#goOn)
  }

  readonly #goOn = () => {
    this.#left = packetsAtOnce
    this.#readOn()
    return false
  }

  /** What was held back, then the stream again. */
  #readOn(): void {
    if (!this.open) return
    this.receive(nothing)
    if (this.open) this.transport.resume()
  }

  /** The stream is gone: the peer closed it, or it broke. */
  lost(): void {
    this.close('closed')
  }

  /** Nothing is waiting any more in the operating system. */
  drained(): void {
    this.#out.emptied()
    if (this.state === 'closed') return
    this.session?.outgoing.drained()
    this.replay()
    if (this.#pausedAt === undefined || this.full) return
    this.#pausedAt = undefined
    this.broker.paused.delete(this)
    this.#lastIn = this.broker.clock.now()
    this.#readOn()
  }

  /** The operating system does not report when few bytes are sent: ask it. */
  checkDrained(): void {
    if (this.#out.drainedUnseen) this.drained()
  }

  /** Goes on with retained messages, in turns with everybody else. */
  replay(): void {
    if (this.replays.size > 0 && this.#mayReplay()) this.broker.turns.add(this.#replayTurn)
  }

  readonly #replayTurn = () => this.replays.turn(this.#mayReplay)

  readonly #mayReplay = () =>
    this.state === 'active' && !this.full && this.session !== undefined && this.session.outgoing.queued === 0

  begin(header: number): void {
    if (this.state === 'new' && !isConnect(header)) {
      const byte = header.toString(16).toUpperCase().padStart(2, '0')
      this.broker.log.write('information', `Protocol error from ${this.where}: First packet not CONNECT (${byte}).`)
      this.judge({
        accepted: false,
        packet: undefined,
        code: 'MP-NOT-CONNECT',
        reason: `the first packet is not CONNECT (first byte ${byte.toLowerCase()})`,
      })
      throw new PacketFault('protocol', 'first packet not CONNECT', true)
    }
    if (typeOf(header) === 0) {
      this.broker.log.write('information', `Protocol error from ${this.where}: RESERVED packet.`)
      throw new PacketFault('protocol', 'packet type 0')
    }
  }

  announce(header: number, length: number): void {
    checkLength(this.protocol, header, length)
    const { maxPacketSize } = this.broker.limits
    if (maxPacketSize > 0 && length + 1 > maxPacketSize) {
      if (this.protocol === 5 && this.state === 'active') this.#sendDisconnect(REASON.packetTooLarge)
      throw new PacketFault('oversize', `a packet of ${length} bytes`, true)
    }
  }

  packet(header: number, body: Buffer): void {
    this.#left -= 1 + Math.floor(body.length / bytesAsPacket)
    this.handlerOf(header)(this, header, new PacketReader(body))
    this.#lastIn = this.broker.clock.now()
    this.replay()
  }

  send(bytes: Buffer): void {
    if (this.state !== 'closed') this.#out.send(bytes)
  }

  /** We do not read from a client that does not read: the answers would pile up. */
  #pause(): void {
    if (this.#pausedAt !== undefined) return
    this.#pausedAt = this.broker.clock.now()
    this.transport.pause()
    this.broker.paused.add(this)
    if (this.#saidPaused) return
    this.#saidPaused = true
    const { log } = this.broker
    if (log.wants('notice'))
      log.write('notice', `Client ${this.name} does not read: ${this.transport.waiting} bytes wait, reading pauses.`)
  }

  publish(delivery: Delivery, secondsLeft: number | undefined): boolean {
    return sendPublish(this, delivery, secondsLeft, this.broker.log)
  }

  /** More than the client said it takes. */
  tooLarge(packetLength: number): boolean {
    const counted = this.broker.limits.countFirstByte ? packetLength : packetLength - 1
    return this.maxPacket > 0 && counted > this.maxPacket
  }

  pubrel(id: number): void {
    this.debug(() => `Sending PUBREL to ${this.name} (m${id})`)
    this.send(acknowledgement(this.protocol, PACKET.pubrel | 2, id))
  }

  /** Another connection has the same client id [MQTT-3.1.4-3]. */
  takenOver(): void {
    if (this.protocol === 5) this.#sendDisconnect(REASON.sessionTakenOver)
    this.close('taken-over')
  }

  /** A refused CONNECT, also a second one: no will and no session are left. */
  farewellToWill(): void {
    if (!this.session) return
    this.session.will = undefined
    this.session.expiry = 0
  }

  /** The lists changed: clients that they no longer allow are disconnected. */
  reauthorise(): void {
    if (this.state !== 'active' || this.arrival.identity?.proven) return
    if (mayConnect(this.listener.access, this.username, this.password)) return
    this.farewell = 'clean'
    this.close('not-authorised')
  }

  /** The broker goes away. */
  shutDown(): void {
    this.close('administrative', true)
  }

  /** Seconds are counted in milliseconds; half as long again as the keepalive [MQTT-3.1.2-22]. */
  checkTime(now: number): void {
    const { readTimeout } = this.broker.limits
    this.checkDrained()
    if (this.#pausedAt !== undefined) {
      // Its own packets wait with us: its keepalive says nothing meanwhile.
      if (readTimeout > 0 && now - this.#pausedAt > readTimeout * 1000) this.close('not-reading')
    } else if (this.keepalive > 0 && now - this.#lastIn > this.keepalive * 1500) this.close('keepalive')
  }

  /** The line is made only if somebody reads it. */
  debug(line: () => string): void {
    const { log } = this.broker
    if (log.wants('debug')) log.write('debug', line())
  }

  /** The one verdict of this connection; later ones are not said. */
  judge(verdict: Verdict): void {
    if (this.#judged) return
    this.#judged = true
    this.transport.verdict?.(verdict)
  }

  close(ending: Ending, silent = false): void {
    if (this.state === 'closed') return
    const { words } = endings[ending]
    this.judge({ accepted: false, packet: undefined, code: codeOf(ending), reason: `${words} before a CONNECT` })
    if (!silent) this.#logEnd(words)
    this.broker.ended(this)
    this.#out.flush()
    this.state = 'closed'
    this.replays.clear()
    this.broker.paused.delete(this)
    this.#out.emptied()
    this.transport.end(this.#lastWords)
  }

  #logEnd(words: string): void {
    const { limits, log } = this.broker
    if (!limits.connectionMessages || !log.wants('notice')) return
    const name = this.id === undefined ? printable(this.arrival.client.address) : this.name
    const reason = this.farewell === 'none' ? `: ${words}.` : '.'
    log.write('notice', `Client ${name} [${this.where}] disconnected${reason}`)
  }

  #fail(error: unknown): void {
    if (!(error instanceof PacketFault)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.broker.log.write('error', `Error: defect while serving ${this.name}: ${text}`)
      this.close('unspecified')
      return
    }
    const { code } = endings[error.ending]
    if (this.protocol === 5 && this.state === 'active' && code !== undefined && !error.quiet) this.#sendDisconnect(code)
    this.close(error.ending)
  }

  #sendDisconnect(code: number): void {
    this.#lastWords = true
    this.debug(() => `Sending DISCONNECT to ${this.name} (rc${code})`)
    this.send(disconnect(code))
  }
}
