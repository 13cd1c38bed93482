<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Config\ServerConfiguration;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Hooks\EventHooks;

final class ServerConfigurationTest extends TestCase
{
    private const APP = ['app_id' => 'app-id', 'key' => 'app-key', 'secret' => 'app-secret'];

    #[Test]
    public function what_is_left_out_gets_the_documented_default(): void
    {
        $this->assertEquals([
            'host' => '0.0.0.0',
            'port' => 8080,
            'path' => '',
            'tls' => [],
            'trusted_proxies' => [],
            'compression' => ['enabled' => false, 'threshold' => 512, 'level' => 3],
            'socket' => '/storage/framework/reverb.sock',
            'socket_mode' => 0660,
            'socket_required' => false,
            'debug' => false,
            'scaling' => ['enabled' => false, 'channel' => 'reverb', 'prefix' => '', 'connections' => 'node', 'server' => []],
            'threads' => 0,
            'max_request_size' => 10_000,
            'outbox_limit' => 1_048_576,
            'outbox_soft_limit' => 262_144,
            'outbox_grace' => 10.0,
            'handshake_timeout' => 10.0,
            'drain_delay' => 0.0,
            'drain_window' => 5.0,
            'drain_timeout' => 8.0,
            'auth_timestamp_tolerance' => 600,
            'application_ttl' => 60,
            'application_timeout' => 3.0,
            'cache_ttl' => 1_800,
            'apps' => [[
                'app_id' => 'app-id',
                'key' => 'app-key',
                'secret' => 'app-secret',
                'ping_interval' => 60,
                'activity_timeout' => 30,
                'allowed_origins' => ['*'],
                'max_connections' => null,
                'max_message_size' => 10_000,
                'accept_client_events_from' => 'members',
                'rate_limiting' => [
                    'enabled' => false, 'max_attempts' => 60, 'decay_seconds' => 60, 'terminate_on_limit' => false,
                ],
            ]],
        ], self::read(['apps' => ['apps' => [self::APP]]])->toArray());
    }

    #[Test]
    public function the_published_file_says_the_same_as_the_defaults(): void
    {
        $file = require dirname(__DIR__, 3).'/php/config/reverb.php';
        $file['apps']['apps'][0] = [...$file['apps']['apps'][0], ...self::APP];

        $this->assertEquals(
            self::read(['apps' => ['apps' => [self::APP]]])->toArray(), self::read($file)->toArray()
        );
    }

    /**
     * What environment variables and hand-written files hold for each setting, and what the server gets.
     *
     * @return iterable<string, array{string, mixed, string, mixed}>
     */
    public static function values(): iterable
    {
        $server = 'servers.reverb';
        $app = 'apps.apps.0';

        yield 'a port as text' => ["{$server}.port", '9001', 'port', 9001];
        yield 'any free port' => ["{$server}.port", '0', 'port', 0];
        yield 'an empty port' => ["{$server}.port", '', 'port', 8080];
        yield 'a path without slash' => ["{$server}.path", 'ws', 'path', '/ws'];
        yield 'a path with slashes' => ["{$server}.path", '/ws/one/', 'path', '/ws/one'];
        yield 'no path' => ["{$server}.path", null, 'path', ''];
        yield 'a certificate' => ["{$server}.options.tls", ['local_cert' => '/c.pem', 'local_pk' => null, 'passphrase' => 7, 'verify_peer' => false], 'tls', ['local_cert' => '/c.pem', 'passphrase' => '7']];
        yield 'trusted proxies' => ["{$server}.trusted_proxies", ['lb' => '10.0.0.1', 'cdn' => 'fd00::/8'], 'trusted_proxies', ['10.0.0.1', 'fd00::/8']];
        yield 'trusted proxies as text' => ["{$server}.trusted_proxies", '10.0.0.0/8, ::1,', 'trusted_proxies', ['10.0.0.0/8', '::1']];
        yield 'every proxy' => ["{$server}.trusted_proxies", '*', 'trusted_proxies', ['*']];
        yield 'no trusted proxy' => ["{$server}.trusted_proxies", '', 'trusted_proxies', []];
        yield 'compression' => ["{$server}.compression.enabled", 'true', 'compression.enabled', true];
        yield 'no compression' => ["{$server}.compression", null, 'compression.enabled', false];
        yield 'everything compressed' => ["{$server}.compression.threshold", '0', 'compression.threshold', 0];
        yield 'a level of compression' => ["{$server}.compression.level", '9', 'compression.level', 9];
        yield 'a socket' => ["{$server}.socket", '/run/reverb.sock', 'socket', '/run/reverb.sock'];
        yield 'that socket is required' => ["{$server}.socket", '/run/reverb.sock', 'socket_required', true];
        yield 'that the only way is required' => ["{$server}.transport", 'socket', 'socket_required', true];
        yield 'that one of two ways is not' => ["{$server}.transport", '', 'socket_required', false];
        yield 'no socket' => ["{$server}.socket", false, 'socket', null];
        yield 'an empty socket' => ["{$server}.socket", '', 'socket', '/storage/framework/reverb.sock'];
        yield 'a mode as text' => ["{$server}.socket_mode", '0600', 'socket_mode', 0600];
        yield 'a mode without its zero' => ["{$server}.socket_mode", '666', 'socket_mode', 0666];
        yield 'a mode as number' => ["{$server}.socket_mode", 0640, 'socket_mode', 0640];
        yield 'no bits at all' => ["{$server}.socket_mode", '000', 'socket_mode', 0];
        yield 'threads' => ["{$server}.threads", '4', 'threads', 4];
        yield 'seconds with a fraction' => ["{$server}.drain_window", '0.5', 'drain_window', 0.5];
        yield 'no tolerance' => ["{$server}.auth_timestamp_tolerance", 0, 'auth_timestamp_tolerance', 0];
        yield 'no TLS at all' => ["{$server}.options.tls", false, 'tls', []];
        yield 'a short memory' => ["{$server}.application_ttl", '1', 'application_ttl', 1];
        yield 'little patience' => ["{$server}.application_timeout", '0.5', 'application_timeout', 0.5];
        yield 'a numeric id' => ["{$app}.app_id", 123456, 'apps.0.app_id', '123456'];
        yield 'a limit' => ["{$app}.max_connections", '100', 'apps.0.max_connections', 100];
        yield 'an empty limit' => ["{$app}.max_connections", '', 'apps.0.max_connections', null];
        yield 'origins by name' => ["{$app}.allowed_origins", ['a' => 'example.com'], 'apps.0.allowed_origins', ['example.com']];
        yield 'no client events' => ["{$app}.accept_client_events_from", 'none', 'apps.0.accept_client_events_from', 'none'];
        yield 'client events switched off' => ["{$app}.accept_client_events_from", false, 'apps.0.accept_client_events_from', 'none'];
        yield 'rate limiting as text' => ["{$app}.rate_limiting.enabled", '1', 'apps.0.rate_limiting.enabled', true];
        yield 'no rate limiting' => ["{$app}.rate_limiting", null, 'apps.0.rate_limiting.enabled', false];
    }

    #[Test]
    #[DataProvider('values')]
    public function values_are_taken_as_they_are_written(string $key, mixed $value, string $setting, mixed $expected): void
    {
        $configuration = ['apps' => ['apps' => [self::APP]]];
        data_set($configuration, $key, $value);

        $this->assertSame($expected, data_get(self::read($configuration)->toArray(), $setting));
    }

    /**
     * @return iterable<string, array{string, mixed, string}>
     */
    public static function mistakes(): iterable
    {
        $server = 'servers.reverb';
        $app = 'apps.apps.0';
        $seconds = 'must be a number of seconds from 0 to 86400, not';
        $list = [
            'default' => ['pusher', 'must be "reverb", not "pusher". Other server drivers cannot be run by the extension.'],
            'servers' => ['none', 'must be an array, not "none".'],
            $server => [7, 'must be an array, not 7.'],
            "{$server}.host" => [127, 'must be a string, not 127.'],
            "{$server}.port" => ['abc', 'must be a whole number from 0 to 65535, not "abc".'],
            "{$server}.path" => [['/ws'], 'must be a string, not a value of type array.'],
            "{$server}.hostname" => [true, 'must be a string, not true.'],
            "{$server}.compression" => [true, 'must be an array, not true.'],
            "{$server}.compression.enabled" => ['maybe', 'must be true or false, not "maybe".'],
            "{$server}.compression.threshold" => ['1 KB', 'must be a whole number from 0 to 1073741824, not "1 KB".'],
            "{$server}.compression.level" => [0, 'must be a whole number from 1 to 9, not 0.'],
            "{$server}.options" => ['tls', 'must be an array, not "tls".'],
            "{$server}.options.tls" => ['/cert.pem', 'must be an array, not "/cert.pem".'],
            "{$server}.options.tls.local_cert" => [false, 'must be a string, not false.'],
            "{$server}.options.tls.local_pk" => [1.5, 'must be a string, not 1.5.'],
            "{$server}.options.tls.passphrase" => [['hunter2'], 'must be a string that is not empty, not a value of type array.'],
            "{$server}.trusted_proxies" => [true, 'must be a list of strings, or a string with commas between them, not true.'],
            "{$server}.socket" => ['reverb.sock', 'must be an absolute path, null for the default, or false for none, not "reverb.sock".'],
            "{$server}.transport" => ['pigeon', 'must be "auto", "socket", "redis" or "http", not "pigeon".'],
            "{$server}.socket_mode" => [660, 'must be permission bits in octal, such as 0660, not 660.'],
            "{$server}.threads" => [-1, 'must be a whole number from 0 to 64, not -1.'],
            "{$server}.max_request_size" => ['10k', 'must be a whole number from 1 to 1073741824, not "10k".'],
            "{$server}.outbox_limit" => [0, 'must be a whole number from 1 to 1073741824, not 0.'],
            "{$server}.outbox_grace" => ['soon', "{$seconds} \"soon\"."],
            "{$server}.handshake_timeout" => [0, 'must be a number of seconds from 0.001 to 86400, not 0.'],
            "{$server}.drain_delay" => [true, "{$seconds} true."],
            "{$server}.drain_window" => ['5s', "{$seconds} \"5s\"."],
            "{$server}.drain_timeout" => [[8], "{$seconds} a value of type array."],
            "{$server}.auth_timestamp_tolerance" => ['10 minutes', 'must be a whole number from 0 to 4294967295, not "10 minutes".'],
            "{$server}.application_ttl" => [0, 'must be a whole number from 1 to 4294967295, not 0.'],
            "{$server}.application_timeout" => ['never', 'must be a number of seconds from 0.001 to 86400, not "never".'],
            "{$server}.scaling" => [true, 'must be an array, not true.'],
            "{$server}.scaling.enabled" => ['perhaps', 'must be true or false, not "perhaps".'],
            "{$server}.scaling.prefix" => [['a'], 'must be a string, not a value of type array.'],
            "{$server}.scaling.connections" => ['all', 'must be "node" or "cluster", not "all".'],
            "{$server}.scaling.channel" => [5, 'must be a string, not 5.'],
            "{$server}.scaling.server" => ['redis', 'must be an array, not "redis".'],
            "{$server}.pulse_ingest_interval" => [0, 'must be a whole number from 1 to 86400, not 0.'],
            "{$server}.telescope_ingest_interval" => ['often', 'must be a whole number from 1 to 86400, not "often".'],
            "{$server}.events" => ['*', 'must be a list of strings, not "*".'],
            "{$server}.events.0" => [
                'MessageSent', 'must be one of '.implode(', ', array_keys(EventHooks::HOOKS)).', not "MessageSent".',
            ],
            'apps' => [null, 'has no application, so nobody could connect.'],
            'apps.provider' => [7, 'must be a string, not 7.'],
            'apps.apps' => [[], 'has no application, so nobody could connect.'],
            $app => ['app', 'must be an array, not "app".'],
            "{$app}.app_id" => [null, 'must be a string that is not empty, not null. Is REVERB_APP_ID set?'],
            "{$app}.key" => ['', 'must be a string that is not empty, not "". Is REVERB_APP_KEY set?'],
            "{$app}.secret" => [['s3cret'], 'must be a string that is not empty, not a value of type array. Is REVERB_APP_SECRET set?'],
            "{$app}.ping_interval" => [0, 'must be a whole number from 1 to 4294967295, not 0.'],
            "{$app}.activity_timeout" => ['30s', 'must be a whole number from 1 to 4294967295, not "30s".'],
            "{$app}.allowed_origins" => ['*', 'must be a list of strings, not "*".'],
            "{$app}.max_connections" => [-5, 'must be a whole number from 1 to 4294967295, not -5.'],
            "{$app}.max_message_size" => [1.5, 'must be a whole number from 1 to 1073741824, not 1.5.'],
            "{$app}.accept_client_events_from" => ['everybody', 'must be "all", "members" or "none", not "everybody".'],
            "{$app}.rate_limiting" => ['on', 'must be an array, not "on".'],
            "{$app}.rate_limiting.enabled" => ['maybe', 'must be true or false, not "maybe".'],
            "{$app}.rate_limiting.max_attempts" => ['many', 'must be a whole number from 1 to 4294967295, not "many".'],
            "{$app}.rate_limiting.decay_seconds" => [0, 'must be a whole number from 1 to 4294967295, not 0.'],
            "{$app}.rate_limiting.terminate_on_limit" => ['yep', 'must be true or false, not "yep".'],
            "{$app}.options" => ['x', 'must be an array, not "x".'],
        ];

        foreach ($list as $key => [$value, $message]) {
            yield $key => [$key, $value, $message];
        }
    }

    #[Test]
    #[DataProvider('mistakes')]
    public function a_wrong_value_is_told_with_its_key(string $key, mixed $value, string $message): void
    {
        $configuration = ['apps' => ['apps' => [self::APP]]];
        data_set($configuration, $key, $value);

        $this->expectException(CannotStart::class);
        $this->expectExceptionMessageMatches('/^'.preg_quote("reverb.{$key}".($key === 'apps' ? '.apps' : '').": {$message}", '/').'$/');

        self::read($configuration);
    }

    #[Test]
    public function publishing_by_redis_is_told_to_need_scaling(): void
    {
        $this->expectExceptionMessage(
            'reverb.servers.reverb.transport: "redis" is the way to servers that share Redis, and reverb.servers.reverb.scaling.enabled is '
            .'false. Set REVERB_SCALING_ENABLED to true, here and where the servers run, or REVERB_TRANSPORT to "auto", "socket" or "http".'
        );

        self::read(['servers' => ['reverb' => ['transport' => 'redis']], 'apps' => ['apps' => [self::APP]]]);
    }

    #[Test]
    public function settings_that_leave_no_way_to_publish_are_refused(): void
    {
        $this->expectExceptionMessage(
            'reverb.servers.reverb.transport: "socket" needs the unix socket, and reverb.servers.reverb.socket is false. '
        );

        self::read(['servers' => ['reverb' => ['transport' => 'socket', 'socket' => false]], 'apps' => ['apps' => [self::APP]]]);
    }

    #[Test]
    public function a_second_application_is_named_by_its_index(): void
    {
        $this->expectExceptionMessage('reverb.apps.apps.1.key: must be a string that is not empty, not null.');

        self::read(['apps' => ['apps' => [self::APP, ['app_id' => '2', 'secret' => 's']]]]);
    }

    #[Test]
    public function a_long_value_is_cut(): void
    {
        $this->expectExceptionMessageMatches('/not "a{79}…"\. /u');

        self::read(['default' => str_repeat('a', 1000)]);
    }

    #[Test]
    public function options_of_the_command_win_and_are_named_as_such(): void
    {
        $options = ['host' => '127.0.0.1', 'port' => '9000', 'path' => 'ws', 'hostname' => 'ws.example.com'];
        $configuration = self::read(['apps' => ['apps' => [self::APP]]], $options);

        $this->assertSame(['127.0.0.1', 9000, '/ws'], [$configuration->host, $configuration->port, $configuration->path]);
        $this->assertSame('ws.example.com', $configuration->publicName());
        $this->assertSame('--port: taken', $configuration->refused('port', 'taken')->getMessage());

        $this->expectExceptionMessage('--port: must be a whole number from 0 to 65535, not "70000".');
        self::read(['apps' => ['apps' => [self::APP]]], ['port' => '70000']);
    }

    #[Test]
    public function names_of_the_extension_become_those_of_the_configuration_file(): void
    {
        $configuration = self::read(['apps' => ['apps' => [self::APP]]]);

        foreach ([
            'port' => 'reverb.servers.reverb.port: taken',
            'tls.local_cert' => 'reverb.servers.reverb.options.tls.local_cert: taken',
            'trusted_proxies.1' => 'reverb.servers.reverb.trusted_proxies.1: taken',
            'apps.0.key' => 'reverb.apps.apps.0.key: taken',
            'apps' => 'reverb.apps.apps: taken',
            'libwebsockets' => 'taken',
        ] as $setting => $message) {
            $this->assertSame($message, $configuration->refused($setting, 'taken')->getMessage());
        }
    }

    #[Test]
    public function the_server_is_secure_with_a_certificate_and_has_a_public_name_when_it_is_another(): void
    {
        $plain = self::read(['apps' => ['apps' => [self::APP]], 'servers' => ['reverb' => ['host' => 'a', 'hostname' => 'a']]]);
        $secure = self::read(['apps' => ['apps' => [self::APP]], 'servers' => ['reverb' => ['options' => ['tls' => ['local_cert' => '/c']]]]]);

        $this->assertFalse($plain->secure());
        $this->assertNull($plain->publicName());
        $this->assertTrue($secure->secure());
    }

    #[Test]
    public function an_origin_that_is_more_than_a_host_is_warned_of(): void
    {
        $origins = ['*', 'example.com', '*.example.com', 'localhost', '[::1]', 'https://a.example.com', 'b.example.com:3000', 'http://*.example.com/page'];
        $second = [...self::APP, 'key' => 'another', 'allowed_origins' => $origins];

        $this->assertSame([
            'reverb.apps.apps.1.allowed_origins: "https://a.example.com" allows no page, as only hosts are compared. Write "a.example.com".',
            'reverb.apps.apps.1.allowed_origins: "b.example.com:3000" allows no page, as only hosts are compared. Write "b.example.com".',
            'reverb.apps.apps.1.allowed_origins: "http://*.example.com/page" allows no page, as only hosts are compared. Write "*.example.com".',
        ], self::read(['apps' => ['apps' => [self::APP, $second]]])->warnings());
    }

    /**
     * @return iterable<string, array{string, mixed}>
     */
    public static function checksOfClients(): iterable
    {
        yield 'a certificate' => ['verify_peer', true];
        yield 'a certificate, as text' => ['verify_peer', '1'];
        yield 'the name in it' => ['verify_peer_name', true];
        yield 'its fingerprint' => ['peer_fingerprint', str_repeat('a', 40)];
        yield 'one of several fingerprints' => ['peer_fingerprint', ['sha1' => str_repeat('a', 40)]];
    }

    #[Test]
    #[DataProvider('checksOfClients')]
    public function a_server_that_should_ask_clients_for_certificates_does_not_start(string $key, mixed $value): void
    {
        $this->expectExceptionObject(new CannotStart(
            "reverb.servers.reverb.options.tls.{$key}: this server asks no client for a certificate, so it would let everybody in. "
            .'Let a proxy such as nginx ask for them (ssl_verify_client), or take this setting out.'
        ));

        self::tls(['local_cert' => '/c.pem', $key => $value]);
    }

    #[Test]
    public function options_of_tls_that_have_no_effect_are_warned_of(): void
    {
        $this->assertSame(
            ['reverb.servers.reverb.options.tls: ciphers, cafile have no effect. '
                .'Of PHP\'s options for TLS this server reads local_cert, local_pk and passphrase.'],
            self::tls(['ciphers' => 'HIGH', 'local_cert' => '/c.pem', 'cafile' => '/ca.pem', 'capath' => null])->warnings()
        );
        $this->assertStringContainsString(': crypto_method has no effect.', self::tls(['local_pk' => '/k.pem', 'crypto_method' => 33])->warnings()[0]);
    }

    #[Test]
    public function options_of_tls_that_change_nothing_are_no_matter(): void
    {
        $configuration = self::tls([
            'local_cert' => '/c.pem', 'passphrase' => 'p', 'verify_peer' => false, 'verify_peer_name' => false, 'peer_fingerprint' => null,
            'allow_self_signed' => true, 'disable_compression' => true,
        ]);

        $this->assertSame([], $configuration->warnings());
        $this->assertSame(['local_cert' => '/c.pem', 'passphrase' => 'p'], $configuration->toArray()['tls']);
    }

    #[Test]
    public function without_a_certificate_options_of_tls_mean_nothing(): void
    {
        $this->assertSame([], self::tls(['local_cert' => null, 'verify_peer' => true, 'ciphers' => 'HIGH'])->warnings());
    }

    #[Test]
    public function applications_that_are_asked_for_need_none_in_the_configuration(): void
    {
        $configuration = ServerConfiguration::read(
            ['apps' => ['provider' => 'database', 'apps' => [['app_id' => 'incomplete']]]], [],
            debug: false, storagePath: '/storage', applications: false,
        );

        $this->assertSame([], $configuration->toArray()['apps']);
    }

    /**
     * @param  array<string, mixed>  $tls
     */
    private static function tls(array $tls): ServerConfiguration
    {
        return self::read(['apps' => ['apps' => [self::APP]], 'servers' => ['reverb' => ['options' => ['tls' => $tls]]]]);
    }

    /**
     * @param  array<string, mixed>  $configuration
     * @param  array<string, string>  $options
     */
    private static function read(array $configuration, array $options = []): ServerConfiguration
    {
        return ServerConfiguration::read($configuration, $options, debug: false, storagePath: '/storage');
    }
}
