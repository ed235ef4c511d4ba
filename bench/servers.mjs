/**
 * The servers that benchmarks measure, each a process of its own: ours, aedes and a bare parser (`broker-server.mjs`), and
 * real Mosquitto. All want a v2 header with SSL and CN.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** Starts a server of `broker-server.mjs`; asks it for its CPU time and memory. */
export async function startNode(kind) {
  const child = spawn(process.execPath, ['--expose-gc', join(here, 'broker-server.mjs'), kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const read = async () => JSON.parse((await lines.next()).value)
  const { port } = await read()
  return {
    port,
    stats: async () => {
      child.stdin.write('\n')
      return read()
    },
    stop: () => ended(child, () => child.stdin.end()),
  }
}

export async function startMosquitto(program) {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-bench-'))
  const port = await freePort()
  const file = join(folder, 'mosquitto.conf')
  const user = process.getuid?.() === 0 ? 'user root\n' : ''
  writeFileSync(
    file,
    `${user}listener ${port} 127.0.0.1\nenable_proxy_protocol 2\nrequire_certificate true\nuse_identity_as_username true\nallow_anonymous true\nset_tcp_nodelay true\nlog_dest none\n`,
  )
  const child = spawn(program, ['-c', file], { stdio: 'ignore' })
  await reachable(port)
  const ticks = Number(execFileSync('getconf', ['CLK_TCK']))
  return {
    port,
    stats: async () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
      return { cpu: ((Number(fields[11]) + Number(fields[12])) / ticks) * 1e6, rss: Number(fields[21]) * 4096 }
    },
    stop: async () => {
      await ended(child, () => child.kill('SIGTERM'))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function ended(child, end) {
  return new Promise((resolve) => {
    child.once('exit', resolve)
    end()
  })
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

async function reachable(port) {
  for (let tries = 0; tries < 500; tries += 1) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      }).on('error', () => setTimeout(resolve, 10, false))
    })
    if (open) return
  }
  throw new Error(`nothing listens on port ${port}`)
}

/** MOSQUITTO_BIN, then what `mqtt-proxy tools install mosquitto` fetched. */
export function findMosquitto() {
  const cached = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'mqtt-proxy/tools/mosquitto@2.1/bin/mosquitto',
  )
  return [process.env.MOSQUITTO_BIN, cached].find((path) => path && existsSync(path))
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}
