import { plainOptions, relocate } from '../../check/sandbox/relocate.js'
import type { HaproxyRelease } from '../../config/haproxy/release.js'
import type { Unread } from '../../config/unread.js'
import type { SourceFile } from '../../lint/workspace.js'
import { includesFromDisk } from '../files/config-files.js'
import { readNamed } from '../files/named-files.js'
import type { Whereabouts } from '../files/whereabouts.js'
import { brokerPair } from './ask-brokers.js'
import { haproxyPair } from './ask-haproxy.js'

/** Lists, maps and password files that the files name and that are not here: what the copies would need a stand-in for. */
export function absentFiles(files: readonly SourceFile[], release: HaproxyRelease, where: Whereabouts): Unread[] {
  const haproxy = files.filter((one) => one.dialect === 'haproxy')
  const includes = includesFromDisk(where)
  const pairs = [haproxyPair(haproxy, release), ...files.flatMap((one) => brokerPair(one, includes) ?? [])]
  return pairs.flatMap((pair) => {
    const { leftOut } = relocate(pair, {
      ...plainOptions,
      folder: '/',
      ip: 4,
      purpose: 'judge',
      portOf: () => 1,
      read: (path, from) => readNamed(path, from, where),
    })
    return leftOut
      .filter(({ reach, instead }) => reach === 'opens a file' && instead !== undefined)
      .map(({ what, span }) => notHere(what, span))
  })
}

export function notHere(name: string, span: Unread['span']): Unread {
  return { what: 'file', name, why: 'it is not on this machine (--root DIR or --map FROM=TO say where it lies)', span }
}
