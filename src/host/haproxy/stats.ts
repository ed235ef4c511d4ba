import { connect } from 'node:net'
import { counter, parseStat } from '../../live/runtime/tables.js'
import type { ServerState } from '../types.js'

const answerWithinMs = 1000

/** Asks HAProxy over its stats socket about all servers; empty when it does not answer. */
export async function serverStates(socket: string): Promise<readonly ServerState[]> {
  // -1: every proxy; 4: servers; -1: all of them.
  return statesIn(await ask(socket, 'show stat -1 4 -1\n'))
}

function statesIn(text: string): readonly ServerState[] {
  return parseStat(text).map((row) => {
    const field = (name: string) => row.get(name) ?? ''
    return {
      backend: field('pxname'),
      server: field('svname'),
      status: field('status'),
      check: field('check_status'),
      failures: counter(row, 'chkfail') ?? 0,
      detail: [field('check_desc'), field('last_chk')].filter((one) => one !== '').join(': '),
    }
  })
}

function ask(path: string, command: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const stream = connect({ path })
    const done = () => {
      clearTimeout(timer)
      stream.destroy()
      resolve(text)
    }
    const timer = setTimeout(done, answerWithinMs)
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      text += chunk
    })
    stream.once('end', done)
    stream.once('error', done)
    stream.write(command)
  })
}
