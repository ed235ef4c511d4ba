import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as tlsConnect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeCertificates } from '../../src/host/files/certificates.js'
import { makeWorkdir } from '../../src/host/files/workdir.js'
import { startHaproxy } from '../../src/host/haproxy/haproxy.js'
import { freePort } from '../../src/host/net/ports.js'
import { endAll, own } from '../../src/host/process/lifetime.js'
import { findProgram } from '../../src/host/process/programs.js'
import { Decoder, decode, encode, type HeaderSpec, type ProxyHeader } from '../../src/proxy-header/index.js'
import { planCertificates } from '../../src/scenarios/certificates.js'
import { listen } from '../host/listening.js'

/** Real HAProxy as an independent judge: what it sends decodes to what it was told, and it takes what `encode` makes. */

const { program } = await findProgram('haproxy')
const certificates = await makeCertificates(planCertificates({ clientCns: ['sensor-17'], now: new Date() }))
let folder: string
let front: number
let server: { port: number; behind: (sourcePort: number) => Promise<Arrived> }

interface Arrived {
  readonly bytes: Buffer
  readonly header: ProxyHeader
}

beforeEach(async () => {
  folder = (await makeWorkdir('test')).path
  front = await freePort()
  server = await listenForHeaders()
})
afterEach(endAll)

/**
 * A server that answers `ok` behind each header and hands out the one that tells of a client by its port: what asked
 * whether HAProxy listens already may have come through as well, before it or behind it.
 */
async function listenForHeaders() {
  const arrived: Arrived[] = []
  const port = await listen((socket) => {
    const decoder = new Decoder()
    const parts: Buffer[] = []
    socket.on('data', (chunk) => {
      parts.push(chunk)
      const decoded = decoder.push(chunk)
      if (decoded.status !== 'header') return
      socket.removeAllListeners('data')
      socket.write('ok')
      arrived.push({ bytes: Buffer.concat(parts), header: decoded.header })
    })
  })
  const behind = async (sourcePort: number): Promise<Arrived> => {
    const at = () => arrived.findIndex(({ header }) => header.source?.port === sourcePort)
    await expect.poll(at, { message: `a header of port ${sourcePort}` }).not.toBe(-1)
    const [one] = arrived.splice(at(), 1)
    if (one === undefined) throw new Error('it was there')
    return one
  }
  return { port, behind }
}

async function haproxy(bind: string, serverOptions: string, more = ''): Promise<void> {
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(
    file,
    `defaults
    mode tcp
    timeout connect 2s
    timeout client 5s
    timeout server 5s
frontend front
    bind 127.0.0.1:${front} ${bind}
    ${more}
    default_backend back
backend back
    server one 127.0.0.1:${server.port} ${serverOptions}
`,
  )
  await startHaproxy({ program, files: [file], folder, listeners: [{ host: '127.0.0.1', port: front }] })
}

/** Resolves with our end of the connection when the server behind has answered. */
function plainClient(send?: Uint8Array): Promise<{ address: string; port: number }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: front, host: '127.0.0.1' }, () => {
      if (send) socket.write(send)
    })
    own('test client', () => void socket.destroy())
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed without an answer')))
    socket.once('data', () => resolve({ address: socket.localAddress ?? '', port: socket.localPort ?? 0 }))
  })
}

describe('what HAProxy sends', () => {
  it('as send-proxy is a version 1 line with both endpoints', async () => {
    await haproxy('', 'send-proxy')
    const client = await plainClient()
    const { header } = await server.behind(client.port)
    expect(header).toMatchObject({ version: 1, family: 'INET', source: client })
    expect(header.destination).toEqual({ address: '127.0.0.1', port: front })
  })

  it('as send-proxy-v2 is what encode makes of the same facts, byte for byte', async () => {
    await haproxy('', 'send-proxy-v2')
    const source = await plainClient()
    const { bytes } = await server.behind(source.port)
    const ours = encode({ version: 2, source, destination: { address: '127.0.0.1', port: front } })
    expect(bytes.toString('hex')).toBe(Buffer.from(ours).toString('hex'))
  })

  it('with crc32c and unique-id verifies, and is what encode makes', async () => {
    await haproxy('', 'send-proxy-v2 proxy-v2-options crc32c,unique-id', 'unique-id-format mqtt-%pid')
    const source = await plainClient()
    const { header, bytes } = await server.behind(source.port)
    const { uniqueId } = header
    expect(Buffer.from(uniqueId ?? []).toString()).toMatch(/^mqtt-\d+$/)
    if (uniqueId === undefined) return
    const ours = encode({
      version: 2,
      source,
      destination: { address: '127.0.0.1', port: front },
      crc32c: true,
      uniqueId,
    })
    expect(bytes.toString('hex')).toBe(Buffer.from(ours).toString('hex'))
  })

  it('says that a plain client used no TLS when asked for the SSL TLV', async () => {
    await haproxy('', 'send-proxy-v2-ssl')
    const { port } = await plainClient()
    expect((await server.behind(port)).header.ssl).toMatchObject({
      client: 0,
      ssl: false,
      cn: undefined,
      version: undefined,
    })
  })

  it('tells TLS, certificate, name, cipher, ALPN and SNI of a client with a certificate, as encode would', async () => {
    const pem = join(folder, 'server.pem')
    const ca = join(folder, 'ca.crt')
    writeFileSync(pem, certificates.server.cert + certificates.server.key, { mode: 0o600 })
    writeFileSync(ca, certificates.clientCa)
    const options = 'crc32c,authority,ssl,cert-cn,ssl-cipher,cert-sig,cert-key'
    await haproxy(
      `ssl crt ${pem} ca-file ${ca} verify required alpn mqtt`,
      `send-proxy-v2-ssl-cn proxy-v2-options ${options}`,
    )
    const pair = certificates.clients['sensor-17']
    const tls = await new Promise<{
      version: string | null
      cipher: string
      source: { address: string; port: number }
    }>((resolve, reject) => {
      const socket = tlsConnect({
        host: '127.0.0.1',
        port: front,
        servername: 'localhost',
        ca: certificates.serverCa,
        ...(pair && { cert: pair.cert, key: pair.key }),
        ALPNProtocols: ['mqtt'],
      })
      own('test client', () => void socket.destroy())
      socket.once('error', reject)
      socket.once('data', () =>
        resolve({
          version: socket.getProtocol(),
          cipher: socket.getCipher().name,
          source: { address: socket.localAddress ?? '', port: socket.localPort ?? 0 },
        }),
      )
    })
    const { header, bytes } = await server.behind(tls.source.port)
    const { ssl } = header
    expect(ssl).toMatchObject({ client: 7, verify: 0, version: tls.version, cn: 'sensor-17', cipher: tls.cipher })
    expect([header.alpn, header.authority, header.source]).toEqual(['mqtt', 'localhost', tls.source])
    const ours = encode({
      version: 2,
      source: tls.source,
      destination: { address: '127.0.0.1', port: front },
      alpn: 'mqtt',
      authority: 'localhost',
      crc32c: true,
      ssl: {
        version: tls.version ?? '',
        cn: 'sensor-17',
        cipher: tls.cipher,
        sigAlg: ssl?.sigAlg ?? '',
        keyAlg: ssl?.keyAlg ?? '',
      },
    })
    expect(bytes.toString('hex')).toBe(Buffer.from(ours).toString('hex'))
  })
})

describe('what encode makes', () => {
  const source = { address: '203.0.113.7', port: 56324 }
  const destination = { address: '192.0.2.1', port: 1883 }
  const source6 = { address: '2001:db8::7', port: 56324 }
  const destination6 = { address: '2001:db8::1', port: 1883 }
  const specs: [string, HeaderSpec][] = [
    ['version 1 TCP4', { version: 1, source, destination }],
    ['version 1 TCP6', { version: 1, source: source6, destination: destination6 }],
    ['version 2 TCP4', { version: 2, source, destination }],
    ['version 2 TCP6', { version: 2, source: source6, destination: destination6 }],
    ['version 2 with CRC32C', { version: 2, source, destination, crc32c: true }],
    [
      'version 2 with everything',
      {
        version: 2,
        source,
        destination,
        alpn: 'mqtt',
        authority: 'broker.example',
        uniqueId: Buffer.from('id-1'),
        ssl: { version: 'TLSv1.3', cn: 'sensor-17', cipher: 'TLS_AES_256_GCM_SHA384' },
        netns: 'blue',
        tlvs: [{ type: 0xe4, value: Buffer.from('x') }],
        crc32c: true,
        padTo: 64,
      },
    ],
  ]

  it('is taken by accept-proxy, which passes the client on as it was', async () => {
    await haproxy('accept-proxy', 'send-proxy-v2')
    for (const [name, spec] of specs) {
      await plainClient(encode(spec))
      const { header } = await server.behind(spec.source?.port ?? 0)
      expect([name, header.source, header.destination]).toEqual([name, spec.source, spec.destination])
    }
  })

  it('is refused by accept-proxy when its checksum is wrong', async () => {
    await haproxy('accept-proxy', 'send-proxy-v2')
    const header = encode({ version: 2, source, destination, crc32c: true })
    header[34] = (header[34] ?? 0) ^ 1
    expect(decode(header)).toMatchObject({ status: 'error', error: { code: 'MP-HDR-CRC32C' } })
    await expect(plainClient(header)).rejects.toThrow()
  })
})
