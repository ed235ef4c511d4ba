import type { ConfigText } from '../brokers/write.js'
import type { HaproxyDocument } from '../config/haproxy/document.js'
import type { HostPort, Settled } from './options.js'
import type { Scenario } from './types.js'

/** Everything that one scenario with one set of options needs; ports appear here once and in the files from here. */
export interface Derived {
  readonly scenario: Scenario
  readonly options: Settled
  /** One process each: the only HAProxy, or edge then inner. */
  readonly haproxy: readonly HaproxyFile[]
  /** One broker each, two for `sticky`. A broker may need further files (plugins). */
  readonly brokers: readonly DerivedBroker[]
  readonly frontends: readonly Frontend[]
  readonly certificates: CertificateNeeds
}

/** A generated file of HAProxy. */
export interface HaproxyFile {
  /** `haproxy.cfg`, `haproxy-inner.cfg`. */
  readonly name: string
  readonly role: 'only' | 'edge' | 'inner'
  readonly document: HaproxyDocument
  readonly text: string
}

/** The generated files of one broker. */
export interface DerivedBroker {
  /** The file that the broker is started with comes first. */
  readonly files: readonly ConfigText[]
  /** What HAProxy connects to. */
  readonly listener: HostPort | { readonly path: string }
}

/** A port that a client, or a HAProxy in front, connects to. */
export interface Frontend extends HostPort {
  readonly id: 'main' | 'by-source' | 'inner'
  /** TLS as the client sees it, ended here or passed through. */
  readonly tls: boolean
  /** A client certificate is required. */
  readonly certificate: boolean
  readonly webSocket: boolean
}

/** Which certificate files the generated configuration names. */
export interface CertificateNeeds {
  /** `certs/haproxy/server.pem`. */
  readonly haproxy: boolean
  /** `certs/client-ca.crt`. */
  readonly clientCa: boolean
  /** `certs/broker/server.crt` and `.key`, for TLS that is passed through. */
  readonly broker: boolean
}
