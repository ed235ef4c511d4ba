import { parseAddress } from '../../config/haproxy/address.js'
import { type HaproxyLine, type HaproxyWord, word } from '../../config/haproxy/document.js'
import { readKeywords, serverArity } from '../../config/haproxy/keywords.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { certificateFiles } from '../../scenarios/certificates.js'
import { keptServer, serverReach } from './allowed.js'
import { certificate, haproxyClientFile } from './certificates.js'
import { keptOrLeftOut } from './keyword.js'
import type { Relocation } from './relocation.js'
import { remade, textOf } from './words.js'

export function serverLine(one: HaproxyLine, at: number, to: Relocation): HaproxyLine {
  const address = one.words[at]
  if (address === undefined) return one
  return remade(one, [
    ...one.words.slice(0, at),
    word(serverAddress(address.text, to)),
    ...serverWords(one, one.words.slice(at + 1), to),
  ])
}

/** Whatever it names, it is on loopback here: nothing of a test leaves the machine. */
function serverAddress(text: string, to: Relocation): string {
  const endpoint = parseAddress(text)
  const place = to.place(endpoint, 'server')
  if (place !== undefined) return 'path' in place ? `unix@${place.path}` : formatSocketAddress(place)
  if (endpoint.kind !== 'tcp') return formatSocketAddress(to.nowhere(text))
  // Without a port, or with an offset, it uses the client's port.
  const host = to.host(endpoint.host)
  const offset = /:([+-]\d+)$/.exec(text)?.[1]
  return offset === undefined ? host : `${host.includes(':') ? `[${host}]` : host}:${offset}`
}

export function serverWords(one: HaproxyLine, words: readonly HaproxyWord[], to: Relocation): HaproxyWord[] {
  return readKeywords(words, serverArity).flatMap((keyword): HaproxyWord[] => {
    const value = keyword.args[0]?.text ?? ''
    switch (keyword.name) {
      case 'ca-file':
        return [keyword.word, word(to.certificate(value, certificate(certificateFiles.serverCa)))]
      case 'crt':
        return [keyword.word, word(to.certificate(value, certificate(haproxyClientFile)))]
      case 'port':
        return [keyword.word, word(portOf(value, to))]
      case 'check':
        return to.options.stats === true && asksElsewhere(words, to) ? notAsked(one, keyword.word, to) : [keyword.word]
      case 'addr':
        return [keyword.word, word(to.host(value))]
    }
    return keptOrLeftOut(keyword, one, { kept: keptServer, reach: serverReach }, to)
  })
}

/** `check port N` where no given file listens on N: whether somebody does is not known here. */
function asksElsewhere(words: readonly HaproxyWord[], to: Relocation): boolean {
  const port = readKeywords(words, serverArity).findLast((one) => one.name === 'port')?.args[0]?.text
  return port !== undefined && /^\d+$/.test(port) && !to.isServed(Number(port))
}

function notAsked(one: HaproxyLine, at: HaproxyWord, to: Relocation): HaproxyWord[] {
  const instead = 'no given file describes the port of the health check: it is not made'
  to.leaveOut({ span: at.span, what: textOf(one), reach: 'connects elsewhere', instead })
  return []
}

/** `tcp-check connect addr A port P`: a health check goes where clients go, and nowhere else. */
export function checkWords(one: HaproxyLine, to: Relocation): HaproxyLine {
  if (one.words[1]?.text !== 'connect') return one
  const words = one.words.map((each, at) => {
    const before = one.words[at - 1]?.text
    if (before === 'addr') return word(checkAddress(each.text, to))
    if (before === 'port') return word(portOf(each.text, to))
    return each
  })
  return remade(one, words)
}

function checkAddress(text: string, to: Relocation): string {
  const endpoint = parseAddress(text)
  const place = to.place(endpoint, 'server')
  if (place !== undefined) return formatSocketAddress(place)
  return to.host(endpoint.kind === 'tcp' ? endpoint.host : undefined)
}

function portOf(value: string, to: Relocation): string {
  if (!/^\d+$/.test(value)) return value
  const place = to.place({ kind: 'tcp', host: undefined, port: Number(value) }, 'server')
  return place !== undefined && 'port' in place ? String(place.port) : value
}
