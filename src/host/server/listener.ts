import type { Server as HttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { systemCode } from '../../kernel/errors.js'
import { Roster, type Seated } from '../../kernel/roster.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { Arrival } from '../../mqtt-server/arrival.js'
import type { Broker } from '../../mqtt-server/broker.js'
import type { Connection } from '../../mqtt-server/connection.js'
import { type ConnectionEvent, eventOf, refusedEvent } from '../../mqtt-server/connection-event.js'
import { type HeaderGate, HeaderRule, type Refusal } from '../../mqtt-server/header-gate.js'
import type { ListenerAt, ListenerOptions } from '../../mqtt-server/options.js'
import type { ProxyHeader } from '../../proxy-header/types.js'
import { listenFault } from './listen-fault.js'
import { openOnSocket, serveSocket } from './socket.js'
import { errorName, onlyDates, tlsArrival, tlsServerOptions } from './tls.js'
import { Upgrading } from './upgrading.js'

interface Open extends Seated {
  readonly socket: Socket
}

/** Its header is not whole yet. */
interface Waiting extends Open {
  readonly gate: HeaderGate
  readonly until: number
  readonly n: number
}

export interface Numbers {
  connection: number
  open: number
}

/** One listening socket: accepts, reads the header, hands over to MQTT, directly or through WebSocket. */
export class BrokerListener {
  readonly #rule: HeaderRule
  readonly #server: Server
  readonly #open = new Roster<Open>()
  readonly #waiting = new Roster<Waiting>()
  #http: HttpServer | undefined
  #at: ListenerAt
  /** For events. */
  #name = ''

  constructor(
    readonly broker: Broker,
    readonly options: ListenerOptions,
    readonly numbers: Numbers,
    readonly onEvent: ((event: ConnectionEvent) => void) | undefined,
  ) {
    this.#rule = new HeaderRule(options.header)
    this.#at = options.at
    this.#server = this.#makeServer()
  }

  /** With the port the kernel chose, once it listens. */
  get at(): ListenerAt {
    return this.#at
  }

  get #port(): number {
    return 'port' in this.#at ? this.#at.port : 0
  }

  #makeServer(): Server {
    const { tls } = this.options
    if (!tls) return createServer((socket) => this.#accept(socket))
    const { handshakeTimeoutMs } = this.broker.limits
    const within = handshakeTimeoutMs > 0 ? { handshakeTimeout: handshakeTimeoutMs } : {}
    const server = createTlsServer({ noDelay: true, ...within, ...tlsServerOptions(tls, this.options.at) })
    server.on('connection', (socket: Socket) => this.#track(socket))
    server.on('secureConnection', (socket: TLSSocket) => this.#secured(socket))
    server.on('tlsClientError', (error, socket) => this.#tlsFailed(error, socket))
    return server
  }

  /** @throws Fault MP-PORT-TAKEN or MP-LISTEN */
  async listen(): Promise<void> {
    if (this.options.transport === 'websocket') {
      const { websocketServer } = await import('./websocket.js')
      this.#http = websocketServer(this)
    }
    const { at } = this.options
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenFault(at, error)))
      const listening = () => resolve()
      if ('path' in at) this.#server.listen({ path: at.path, backlog: 1024 }, listening)
      else
        this.#server.listen({ port: at.port, host: at.host, backlog: 1024, ipv6Only: at.host.includes(':') }, listening)
    })
    this.#server.on('error', (error) => {
      this.broker.log.write('error', `Error: ${error.message}`)
    })
    const address = this.#server.address()
    if ('port' in at && address !== null && typeof address === 'object')
      this.#at = { host: at.host, port: address.port }
    this.#name = formatSocketAddress(this.#at)
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve())
      else resolve()
    })
    for (const { socket } of this.#waiting.list()) socket.destroy()
    // The last MQTT packets are still sent; a client that does not read them is dropped.
    for (const { socket } of this.#open.list()) socket.destroySoon()
    const late = setTimeout(() => {
      for (const { socket } of this.#open.list()) socket.destroy()
    }, 200)
    this.#http?.closeAllConnections()
    await closed
    clearTimeout(late)
  }

  /** Headers that did not arrive in time. */
  tick(): void {
    if (this.#waiting.size === 0) return
    const now = this.broker.clock.now()
    for (const waiting of this.#waiting.list()) {
      if (now < waiting.until) continue
      this.#waiting.delete(waiting)
      this.#refuse(waiting.socket, waiting.n, waiting.gate.peer, waiting.gate.late(), undefined)
    }
  }

  /** What an event of this listener begins with. */
  #basics(n: number): { readonly n: number; readonly now: number; readonly listener: string } {
    return { n, now: this.broker.clock.now(), listener: this.#name }
  }

  /** Where the verdict on a connection goes: into its event, if anybody listens. */
  event(n: number, arrival: Arrival): ((verdict: Parameters<typeof eventOf>[2]) => void) | undefined {
    const { onEvent } = this
    return onEvent && ((verdict) => onEvent(eventOf(this.#basics(n), arrival, verdict)))
  }

  #track(socket: Socket): void {
    const open = { socket, seat: -1 }
    this.#open.add(open)
    this.numbers.open += 1
    socket.once('close', () => {
      this.#open.delete(open)
      this.numbers.open -= 1
    })
    if (this.options.header.mode !== 'off' || !this.broker.limits.connectionMessages) return
    if (!this.broker.log.wants('notice')) return
    const { address, port } = this.#peerOf(socket)
    this.broker.log.write('notice', `New connection from ${address}:${port} on port ${this.#port}.`)
  }

  #full(): boolean {
    const { maxConnections } = this.broker.limits
    if (this.options.maxConnections !== undefined && this.#open.size > this.options.maxConnections) return true
    return maxConnections !== undefined && this.numbers.open > maxConnections
  }

  #accept(socket: Socket): void {
    this.#track(socket)
    socket.on('error', () => undefined)
    const peer = this.#peerOf(socket)
    this.numbers.connection += 1
    const n = this.numbers.connection
    this.#admit(socket, peer, () => this.#begin(socket, n, peer))
  }

  /** Goes on with a connection if there is room for it. */
  #admit(socket: Socket, peer: Arrival['peer'], goOn: () => void): void {
    if (!this.#full()) {
      goOn()
      return
    }
    // Connections that just ended may not have been counted off yet; and this one may end meanwhile.
    setTimeout(() => {
      if (socket.destroyed) return
      if (!this.#full()) {
        goOn()
        return
      }
      this.broker.log.write('notice', `Client connection from ${peer.address} denied: max_connections exceeded.`)
      socket.destroy()
    }, 10)
  }

  #begin(socket: Socket, n: number, peer: Arrival['peer']): void {
    if (this.options.header.mode === 'off') {
      this.#serve(socket, n, { peer, client: peer, header: undefined, tls: undefined, identity: undefined }, undefined)
      return
    }
    this.#readHeader(socket, n, this.#rule.gate(peer))
  }

  #readHeader(socket: Socket, n: number, gate: HeaderGate): void {
    const until = this.broker.clock.now() + this.options.header.timeoutMs
    const waiting = { gate, until, socket, n, seat: -1 }
    this.#waiting.add(waiting)
    let connection: Connection | undefined
    const gone = () => {
      if (connection) connection.lost()
      else if (this.#waiting.delete(waiting)) this.#refuse(socket, n, gate.peer, gate.gone(), undefined)
    }
    const read = (chunk: Buffer) => {
      if (connection) {
        connection.receive(chunk)
        return
      }
      const answer = gate.push(chunk)
      if (answer.status === 'more') return
      this.#waiting.delete(waiting)
      if (answer.status === 'refused') {
        this.#refuse(socket, n, gate.peer, answer.refusal, answer.header)
        return
      }
      for (const line of answer.log) this.broker.log.write('notice', line)
      if (this.#http) {
        socket.off('data', read).off('end', gone).off('close', gone)
        this.#serve(socket, n, answer.arrival, answer.rest)
        return
      }
      connection = openOnSocket(this.broker, this.options, answer.arrival, socket, this.event(n, answer.arrival))
      if (answer.rest.length > 0) connection.receive(answer.rest)
    }
    socket.on('data', read).on('end', gone).on('close', gone)
  }

  #refuse(socket: Socket, n: number, peer: Arrival['peer'], refusal: Refusal, header: ProxyHeader | undefined): void {
    for (const line of refusal.log) this.broker.log.write('notice', line)
    socket.destroy()
    this.onEvent?.(refusedEvent(this.#basics(n), peer, refusal, header))
  }

  #secured(socket: TLSSocket): void {
    socket.on('error', () => undefined)
    this.numbers.connection += 1
    const n = this.numbers.connection
    const peer = this.#peerOf(socket)
    this.#admit(socket, peer, () => this.#serveTls(socket, n, peer))
  }

  #serveTls(socket: TLSSocket, n: number, peer: Arrival['peer']): void {
    const { tls } = this.options
    if (tls?.ignoreDates && tls.requireCertificate && !socket.authorized && !onlyDates(errorName(socket))) {
      this.#tlsFailed(new Error(`client certificate refused: ${errorName(socket)}`), socket)
      return
    }
    this.#serve(socket, n, tlsArrival(socket, peer, tls), undefined)
  }

  #tlsFailed(error: Error, socket: TLSSocket): void {
    const peer = this.#peerOf(socket)
    const refused = socket.authorizationError ? errorName(socket) : undefined
    const why = refused ?? systemCode(error) ?? error.message
    const words = refused === undefined ? error.message : `certificate verify failed (${refused})`
    this.broker.log.write(
      'notice',
      `Client ${peer.address} [${peer.address}:${peer.port}] disconnected: TLS error: ${words}`,
    )
    this.numbers.connection += 1
    const refusal = { code: 'MP-TLS', reason: `TLS handshake failed: ${why}`, hint: undefined, log: [], quiet: false }
    this.onEvent?.(refusedEvent(this.#basics(this.numbers.connection), peer, refusal, undefined))
    socket.destroy()
  }

  #serve(socket: Socket, n: number, arrival: Arrival, rest: Buffer | undefined): void {
    if (!this.#http) {
      serveSocket(this.broker, this.options, arrival, socket, this.event(n, arrival))
      return
    }
    const upgrading = new Upgrading(arrival, this.broker.log, this.event(n, arrival))
    this.upgrading.set(socket, upgrading)
    const { handshakeTimeoutMs } = this.broker.limits
    if (handshakeTimeoutMs > 0) upgrading.endAfter(handshakeTimeoutMs, socket)
    socket.once('close', () => upgrading.lost())
    if (rest && rest.length > 0) socket.unshift(rest)
    this.#http.emit('connection', socket)
  }

  /** By the sockets on their way through the WebSocket handshake. */
  readonly upgrading = new WeakMap<object, Upgrading>()

  /** A unix socket has no peer address: its path is used instead, as in Mosquitto. */
  #peerOf(socket: Socket): Arrival['peer'] {
    if ('path' in this.options.at) return { address: this.options.at.path, port: 0 }
    // After a failed TLS handshake the address is gone.
    const { remoteAddress = '(unknown)', remotePort = 0 } = socket
    return { address: remoteAddress, port: remotePort }
  }
}
