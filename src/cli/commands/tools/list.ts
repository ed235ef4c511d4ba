import { Flags } from '@oclif/core'
import { columns } from '../../../report/columns.js'
import { listTools } from '../../../stories/tools/tools.js'
import { BaseCommand, exitCodesHelp } from '../../base-command.js'

export default class ToolsList extends BaseCommand {
  static override summary = 'List programs that can be installed without root, and those that are installed'
  static override description = exitCodesHelp
  static override examples = [
    '<%= config.bin %> tools list',
    '<%= config.bin %> tools list --json',
    '<%= config.bin %> tools list --cache-dir ./cache',
  ]
  static override flags = {
    'cache-dir': Flags.string({
      description: 'folder of installed programs',
      env: 'MQTT_PROXY_CACHE',
      helpValue: 'DIR',
    }),
  }

  async run() {
    const { flags } = await this.parse(ToolsList)
    const { cache, tools } = await listTools(flags['cache-dir'])
    const rows = tools.map(({ name, installed, program, ...tool }) => [
      `${name}${tool.default ? ' *' : ''}`,
      ...(installed === null ? ['not installed'] : [installed, program ?? '']),
    ])
    for (const line of columns(rows)) this.out(line)
    this.progress(`* what the bare name means; cache: ${cache}`)
    return { schema: 1, ok: true, cache, tools }
  }
}
