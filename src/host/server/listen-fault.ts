import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Fault, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { ListenerAt } from '../../mqtt-server/options.js'

/** Why a listener could not be opened, with the program that holds the port, if that can be seen. */
export function listenFault(at: ListenerAt, error: Error): Fault {
  const where = formatSocketAddress(at)
  const code = systemCode(error)
  if (code === 'EADDRINUSE') {
    if ('path' in at) {
      return new Fault('MP-PORT-TAKEN', `the socket ${where} is in use or left over`, {
        exit: EXIT.environment,
        hints: ['remove the file if no program listens on it'],
        cause: error,
      })
    }
    const holder = holderOf(at.port)
    return new Fault('MP-PORT-TAKEN', `port ${at.port} is used by ${holder ?? 'another program'}; try -p 0`, {
      exit: EXIT.environment,
      hints: [`see which: ss -ltnp 'sport = :${at.port}'`, 'end that program or choose another port'],
      cause: error,
    })
  }
  return new Fault('MP-LISTEN', `cannot listen on ${where}: ${messageOf(error)}`, {
    exit: EXIT.environment,
    hints: code === 'EACCES' ? [noPermission(at)] : [],
    cause: error,
  })
}

function noPermission(at: ListenerAt): string {
  if (!('path' in at)) return 'ports below 1024 need a privilege: choose a higher one'
  // Node.js says EACCES of a folder that is not there, too.
  const folder = dirname(resolve(at.path))
  if (!existsSync(folder)) return `there is no folder ${folder}`
  return 'this user may not write into the folder of the socket: choose another one'
}

/** `mosquitto (pid 812)`, from /proc where there is one. */
function holderOf(port: number): string | undefined {
  try {
    const inodes = listening(port)
    if (inodes.size === 0) return undefined
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (holds(pid, inodes)) return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`
    }
  } catch {
    // Another system, or not ours to see.
  }
  return undefined
}

/** Inodes of the sockets that listen on a port. */
function listening(port: number): ReadonlySet<string> {
  const found = new Set<string>()
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
      if (local?.endsWith(`:${hex}`) && state === '0A' && inode) found.add(inode)
    }
  }
  return found
}

function holds(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1]
      return inode !== undefined && inodes.has(inode)
    })
  } catch {
    return false
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
