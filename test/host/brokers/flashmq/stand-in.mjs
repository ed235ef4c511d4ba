#!/usr/bin/env node
// A stand-in for FlashMQ, to be named with FLASHMQ_BIN.
//
// It behaves as FlashMQ 1.26.2 (built from its source, OpenSSL 3.0, Debian 12) was measured on 2026-11-27, where a driver
// can go wrong:
// - a setting that it does not know, a comment behind a value, a value that is no boolean: one sentence, exit 99;
// - a port that is taken: the listener's line says so, "Some listeners failed.", exit 1;
// - its log names clients that logged in with address and username, and never with a port;
// - `haproxy on` reads version 2 only and closes LOCAL; `off` does not take back an `on` above it;
// - `client_verification` wants a CN, makes it the username, and does not look at the verify bits;
// - a header is read in front of its own TLS as well.
// MQTT itself is that of the embedded broker. Not here: its limits of TLVs, bridges, plugins, password files.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = join(dirname(fileURLToPath(import.meta.url)), '../../../../dist')
const [first, second] = process.argv.slice(2)

/** The settings that are tried here; the words are FlashMQ's. */
const known =
  /^(allow_anonymous|haproxy|port|protocol|inet_protocol|inet[46]_bind_address|unix_socket_path|fullchain|privkey|log_\w+|max_\w+|tcp_nodelay|mosquitto_\w+_file|listen)$/

if (first === '--version' || first === '-V') console.log('FlashMQ Version 1.26.2 with SSE4.2 support')
else if ((first === '--config-file' || first === '-c') && second !== undefined) await run(resolve(second))
else {
  console.log('Usage: flashmq [options]')
  process.exitCode = 1
}

function log(level, text) {
  console.log(`[${new Date().toISOString().replace('T', ' ').slice(0, 23)}] [${level}] [T 0] ${text}`)
}

function refuse(text) {
  console.log(text)
  process.exit(99)
}

async function run(file) {
  const { parseFlashmq } = await import(join(dist, 'brokers/flashmq/parse.js'))
  const { blocksOf, haproxyLine, isTrue, isFalse } = await import(join(dist, 'brokers/flashmq/blocks.js'))
  const { endpointsOf } = await import(join(dist, 'brokers/flashmq/listeners.js'))
  const { openListener, noHeader, usualTls } = await import(join(dist, 'mqtt-server/options.js'))
  const { serveBroker } = await import(join(dist, 'host/server/server.js'))
  log('NOTICE', 'Loading config. Reload: false.')
  log('ERROR', "Setting ulimit nofile failed: 'Operation not permitted'. This means the default is used.")
  const { listen, global } = blocksOf(parseFlashmq(readFileSync(file, 'utf8'), file).lines)
  for (const line of [...global.values(), ...listen.flatMap((one) => one.lines)]) check(line, { isTrue, isFalse })
  const listeners = listen.flatMap((block) => {
    const mode = haproxyLine(block)?.value ?? 'off'
    const verifies = mode.startsWith('client_verification')
    const { settings } = block
    const text = (key) => {
      const path = settings.get(key)?.value
      if (path === undefined) return undefined
      try {
        return readFileSync(path, 'utf8')
      } catch {
        refuse(`Error for 'SSL ${key}': ${path} is not there or not readable`)
      }
    }
    const cert = text('fullchain')
    const key = text('privkey')
    return endpointsOf(block).map((endpoint) => ({
      ...openListener(
        endpoint.kind === 'unix' ? { path: endpoint.path } : { host: endpoint.host ?? '0.0.0.0', port: endpoint.port },
      ),
      transport: settings.get('protocol')?.value === 'websockets' ? 'websocket' : 'tcp',
      header:
        isTrue(mode) || verifies
          ? {
              ...noHeader,
              mode: 'required',
              accept: [2],
              timeoutMs: 30_000,
              cnAsUsername: verifies,
              manner: 'mosquitto',
            }
          : noHeader,
      tls: cert === undefined ? undefined : { ...usualTls, cert, key },
    }))
  })
  try {
    await serveBroker({ listeners, onEvent: note })
    log('NOTICE', 'Adding timers')
  } catch (error) {
    const port = listeners.map(({ at }) => at.port).find((one) => String(error).includes(String(one)))
    log('ERROR', `Creating IPv4 non-SSL TCP listener on [127.0.0.1]:${port} failed: Address already in use`)
    console.log('Some listeners failed.')
    process.exit(1)
  }
  process.on('SIGTERM', () => {
    log('NOTICE', 'Quitting FlashMQ')
    process.exit(0)
  })
}

function check({ key, value = '' }, { isTrue, isFalse }) {
  if (!known.test(key)) refuse(`Config key '${key}' is not valid (here).`)
  const words = value.split(/\s+/)
  if (words.length > 1) {
    refuse(`Option ${key} expected 1, got ${words.length} arguments. Superflous ones: ${words.slice(1).join(', ')}.`)
  }
  const flag = key === 'allow_anonymous' || (key === 'haproxy' && !value.startsWith('client_verification'))
  if (flag && !isTrue(value) && !isFalse(value)) refuse(`Value '${value}' can't be converted to boolean`)
}

function note({ result, client, mqtt, reason }) {
  const address = client.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  if (result !== 'accepted' || mqtt?.id === undefined) {
    log(
      'NOTICE',
      `Removing client '[fd=15, transport='TCP/HAProxy/Non-SSL', address='${address}']'. Reason(s): ${reason}`,
    )
    return
  }
  const who = `ClientID='${mqtt.id}', username='${mqtt.username ?? ''}', fd=15, keepalive=${mqtt.keepalive}s`
  const how = `transport='TCP/Non-SSL', address='${address}', prot=${mqtt.version}, clean=1`
  log('NOTICE', `Client '[${who}, ${how}]' logged in successfully`)
}
