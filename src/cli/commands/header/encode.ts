import { Flags } from '@oclif/core'
import { writeOutput } from '../../../host/files/output.js'
import { encodedDocument, encodeFormats, encodeHeader, formatBytes } from '../../../stories/header/encode.js'
import { BaseCommand, exitCodesHelp } from '../../base-command.js'
import { headerFlags } from '../../flags/header.js'

export default class HeaderEncode extends BaseCommand {
  static override summary = 'Make a PROXY header'
  static override description =
    `Writes raw bytes to a pipe or file, and hexadecimal to a terminal. --malform breaks the header in named ways.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> header encode --src 203.0.113.7',
    '<%= config.bin %> header encode --proxy-protocol v1 --src 203.0.113.7:56324 --dst 127.0.0.1:1883',
    '<%= config.bin %> header encode --src 203.0.113.7 --cn sensor-17 --tls TLSv1.3 --crc32c -f hex',
    '<%= config.bin %> header encode --src 203.0.113.7 --tlv authority=broker.example --tlv 0xe4=0x0102 -f c',
    '<%= config.bin %> header encode --src 203.0.113.7 --malform tlv-overrun | ncat 127.0.0.1 1884',
  ]
  static override flags = {
    'proxy-protocol': Flags.option({ options: ['v1', 'v2', 'v2-ssl', 'v2-ssl-cn'] as const })({
      description: "version and content, named as HAProxy's send-proxy options",
      default: 'v2',
    }),
    'haproxy-protocol': Flags.boolean({ description: 'version 1, as curl calls it', exclusive: ['proxy-protocol'] }),
    ...headerFlags,
    format: Flags.option({ options: encodeFormats, char: 'f' })({
      description: 'output format; default: raw to a pipe or file, hex to a terminal',
    }),
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      description: 'write to this file; - is stdout',
      default: '-',
    }),
  }

  async run() {
    const { flags } = await this.parse(HeaderEncode)
    const kind = flags['haproxy-protocol'] ? 'v1' : flags['proxy-protocol']
    const bytes = encodeHeader({ kind, flags, malform: flags.malform ?? [] })
    const toTerminal = flags.output === '-' && process.stdout.isTTY
    const format = flags.format ?? (toTerminal ? 'hex' : 'raw')
    if (flags.output !== '-' || !this.jsonEnabled()) {
      await writeOutput(flags.output, format === 'raw' ? bytes : `${formatBytes(bytes, format)}\n`)
    }
    return encodedDocument(bytes)
  }
}
