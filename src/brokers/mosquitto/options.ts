/** Where an option belongs: `security` ones are global, unless `per_listener_settings true`. */
export type OptionScope = 'global' | 'listener' | 'listener-or-default' | 'security' | 'bridge'
type OptionValue = 'bool' | 'number' | 'text' | 'words'

export interface MosquittoOption {
  readonly scope: OptionScope
  readonly value: OptionValue
}

/** Every option of Mosquitto 2.1.2 (src/conf.c), by scope and value. */
const table: readonly (readonly [OptionScope, OptionValue, string])[] = [
  [
    'bridge',
    'bool',
    'bridge_attempt_unsubscribe bridge_insecure bridge_outgoing_retain bridge_require_ocsp bridge_tls_use_os_certs cleansession local_cleansession notifications notifications_local_only round_robin try_private',
  ],
  [
    'bridge',
    'number',
    'bridge_max_packet_size bridge_max_topic_alias bridge_receive_maximum bridge_session_expiry_interval bridge_tcp_keepalive bridge_tcp_user_timeout idle_timeout keepalive_interval threshold',
  ],
  [
    'bridge',
    'text',
    'bridge_alpn bridge_bind_address bridge_cafile bridge_capath bridge_certfile bridge_ciphers bridge_ciphers_tls1.3 bridge_identity bridge_keyfile bridge_psk bridge_tls_version clientid local_clientid local_password local_username notification_topic password remote_clientid remote_password remote_username username',
  ],
  ['bridge', 'words', 'address addresses bridge_protocol_version bridge_reload_type restart_timeout start_type topic'],
  [
    'global',
    'bool',
    'allow_duplicate_messages auth_plugin_deny_special_chars autosave_on_changes check_retain_source connection_messages enable_control_api log_timestamp per_listener_settings persistence queue_qos0_messages retain_available retained_persistence set_tcp_nodelay upgrade_outgoing_qos',
  ],
  [
    'global',
    'number',
    'autosave_interval global_max_clients global_max_connections log_facility max_inflight_bytes max_inflight_messages max_keepalive max_packet_size max_queued_bytes max_queued_messages memory_limit message_size_limit packet_buffer_size port retain_expiry_interval sys_interval websockets_headers_size websockets_log_level',
  ],
  ['global', 'text', 'clientid_prefixes log_timestamp_format persistence_file persistence_location pid_file user'],
  [
    'global',
    'words',
    'connection dhparamfile global_plugin include_dir listener log_dest log_type persistent_client_expiration plugin_load retry_interval',
  ],
  ['listener', 'bool', 'disable_client_cert_date_checks listener_allow_anonymous proxy_protocol_v2_require_tls'],
  ['listener', 'words', 'accept_protocol_versions'],
  ['listener', 'number', 'enable_proxy_protocol max_topic_alias max_topic_alias_broker'],
  ['listener', 'text', 'cafile http_dir listener_auto_id_prefix mount_point plugin_use tls_version websockets_origin'],
  [
    'listener-or-default',
    'bool',
    'require_certificate use_identity_as_username use_subject_as_username use_username_as_clientid',
  ],
  ['listener-or-default', 'number', 'max_connections max_qos maximum_qos'],
  [
    'listener-or-default',
    'text',
    'bind_address bind_interface capath certfile ciphers ciphers_tls1.3 crlfile keyfile psk_hint tls_engine tls_engine_kpass_sha1 tls_keyform',
  ],
  ['listener-or-default', 'words', 'protocol socket_domain'],
  ['security', 'bool', 'allow_anonymous allow_zero_length_clientid'],
  ['security', 'text', 'acl_file auto_id_prefix password_file psk_file'],
  ['security', 'words', 'auth_plugin plugin'],
]

export const mosquittoOptions: ReadonlyMap<string, MosquittoOption> = new Map(
  table.flatMap(([scope, value, names]) => names.split(' ').map((name) => [name, { scope, value }] as const)),
)

/** `plugin_opt_NAME` and `auth_opt_NAME` belong to the plugin before them and may have any name. */
export function mosquittoOption(name: string): MosquittoOption | undefined {
  if (/^(plugin_opt|auth_opt)_/.test(name)) return { scope: 'global', value: 'text' }
  return mosquittoOptions.get(name)
}
