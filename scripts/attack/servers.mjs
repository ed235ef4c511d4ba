/** The brokers under attack: ours and the real Mosquitto, each a child of this process on a port of 127.0.0.1. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const program = join(dirname(fileURLToPath(import.meta.url)), '../../bin/run.js')

/**
 * Starts `ours` or `mosquitto`; `undefined` when Mosquitto is not installed.
 * @param more further arguments of ours
 * @param configure for ours: writes a configuration file that listens on a port, and returns its path
 */
export async function startServer(kind, more = [], configure = undefined) {
  const port = await freePort()
  if (kind === 'ours') {
    const how = configure ? ['-c', configure(port)] : ['-p', String(port), '--quiet']
    const args = ['broker', ...how, ...more]
    return watch(spawn(process.execPath, [program, ...args], { stdio: 'ignore' }), port)
  }
  const path = mosquitto()
  if (path === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-attack-'))
  const user = process.getuid?.() === 0 ? 'user root\n' : ''
  const file = join(folder, 'mosquitto.conf')
  writeFileSync(file, `${user}listener ${port} 127.0.0.1\nallow_anonymous true\nlog_dest none\n`)
  const child = spawn(path, ['-c', file], { stdio: 'ignore' })
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return watch(child, port)
}

function mosquitto() {
  try {
    return execFileSync(process.execPath, [program, 'tools', 'path', 'mosquitto'], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

async function watch(child, port) {
  let ended = false
  const exit = new Promise((resolve) => {
    child.once('exit', () => {
      ended = true
      resolve()
    })
  })
  await reachable(port, () => ended)
  return {
    port,
    /** Resident memory in MB; `undefined` once it has ended. */
    memory: () => {
      if (ended) return undefined
      const pages = Number(readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1])
      return (pages * 4096) / 1e6
    },
    ended: () => ended,
    stop: async () => {
      if (!ended) child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 3000)
      await exit
      clearTimeout(late)
    },
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

async function reachable(port, ended) {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (ended()) break
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      }).on('error', () => setTimeout(resolve, 20, false))
    })
    if (open) return
  }
  throw new Error(`nothing listens on port ${port}`)
}
