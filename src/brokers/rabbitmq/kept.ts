import type { Reach } from '../../config/left-out.js'

/** Keys of rabbitmq.conf, by their beginning, that the MQTT plugin and logins need. */
export const keptRabbitmq =
  /^(allow_anonymous|anonymous_login_(user|pass)|auth_mechanisms|channel_max|connection_max|default_(pass|permissions|user|user_tags|users|vhost)|disk_free_limit|frame_max|handshake_timeout|heartbeat|initial_frame_max|loopback_users|max_message_size|mqtt|num_acceptors|proxy_protocol|ssl_cert_login_from|ssl_handshake_timeout|ssl_options|tcp_listen_options|vm_memory_high_watermark|web_mqtt)(\.|$)/

/** Log, management and clustering of the original machine. */
export function rabbitmqReach(key: string): Reach | undefined {
  if (
    /^(auth_backends|auth_ldap|auth_http|auth_oauth2|cluster_formation|cluster_|federation|shovel|stream|trust_store)/.test(
      key,
    )
  )
    return 'connects elsewhere'
  if (/^(definitions|load_definitions|motd_file|product|raft\.data_dir|secrets)/.test(key)) return 'opens a file'
  if (/^log\.(file|dir)/.test(key)) return 'writes a file'
  if (
    /^(listeners|log|management|net_ticktime|distribution|prometheus|queue_|vm_memory|collect_statistics|background_gc|raft|reverse_dns|msg_store|credential_validator|stomp|amqp)/.test(
      key,
    )
  )
    return 'belongs to its machine'
  return undefined
}
