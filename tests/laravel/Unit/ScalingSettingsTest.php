<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Config\ScalingSettings;
use Reverb\Laravel\Config\Settings;
use Reverb\Laravel\Exceptions\InvalidSetting;

final class ScalingSettingsTest extends TestCase
{
    private const DEFAULTS = [
        'host' => '127.0.0.1', 'port' => 6379, 'path' => '', 'username' => '', 'password' => '', 'database' => 0, 'tls' => false,
        'ca_file' => '', 'ca_path' => '', 'certificate_file' => '', 'private_key_file' => '', 'verify_peer' => true, 'peer_name' => '',
        'sentinels' => [], 'service' => 'mymaster', 'sentinel_username' => '', 'sentinel_password' => '', 'cluster' => [],
    ];

    /**
     * @return iterable<string, array{array<string, mixed>, array<string, mixed>}>
     */
    public static function servers(): iterable
    {
        yield 'nothing set, as environment variables leave it' => [
            ['url' => null, 'host' => null, 'port' => null, 'username' => null, 'password' => '', 'database' => null, 'sentinels' => null], [],
        ];
        yield 'host and port' => [
            ['host' => 'redis.internal', 'port' => '6380', 'username' => 'reverb', 'password' => 's3cret', 'database' => '2'],
            ['host' => 'redis.internal', 'port' => 6380, 'username' => 'reverb', 'password' => 's3cret', 'database' => 2],
        ];
        yield 'a URL, which wins' => [
            ['url' => 'redis://reverb:p%40ss@redis.internal:6380/3', 'host' => 'other', 'password' => 'other', 'database' => '1'],
            ['host' => 'redis.internal', 'port' => 6380, 'username' => 'reverb', 'password' => 'p@ss', 'database' => 3],
        ];
        yield 'a URL of a host alone' => [['url' => 'redis://redis.internal', 'port' => 6380], ['host' => 'redis.internal', 'port' => 6380]];
        yield 'a password of digits' => [['url' => 'redis://:1e5@redis.internal'], ['host' => 'redis.internal', 'password' => '1e5']];
        yield 'a number as password' => [['password' => 1234], ['password' => '1234']];
        yield 'rediss' => [['url' => 'rediss://redis.internal'], ['host' => 'redis.internal', 'tls' => true]];
        yield 'tls' => [['url' => 'tls://redis.internal:6380'], ['host' => 'redis.internal', 'port' => 6380, 'tls' => true]];
        yield 'a scheme before the host' => [['host' => 'tls://redis.internal'], ['host' => 'redis.internal', 'tls' => true]];
        yield 'a scheme of its own' => [['scheme' => 'tls', 'host' => 'redis.internal'], ['host' => 'redis.internal', 'tls' => true]];
        yield 'no TLS by name' => [['scheme' => 'tcp'], []];
        yield 'a socket as phpredis has it' => [['host' => '/run/redis.sock', 'port' => 0], ['host' => '', 'path' => '/run/redis.sock']];
        yield 'a socket as Predis has it' => [['scheme' => 'unix', 'path' => '/run/redis.sock'], ['host' => '', 'path' => '/run/redis.sock']];
        yield 'a socket before which its scheme is' => [['host' => 'unix:///run/redis.sock'], ['host' => '', 'path' => '/run/redis.sock']];
        yield 'a socket as URL' => [
            ['url' => 'unix:///run/redis.sock?database=4', 'password' => 'p'], ['host' => '', 'path' => '/run/redis.sock', 'password' => 'p', 'database' => 4],
        ];
        yield 'TLS in our words' => [
            ['scheme' => 'tls', 'ca_file' => '/ca.pem', 'ca_path' => '/ca', 'certificate_file' => '/c.pem', 'private_key_file' => '/k.pem', 'verify_peer' => 'false', 'peer_name' => 'n'],
            ['tls' => true, 'ca_file' => '/ca.pem', 'ca_path' => '/ca', 'certificate_file' => '/c.pem', 'private_key_file' => '/k.pem', 'verify_peer' => false, 'peer_name' => 'n'],
        ];
        yield 'TLS as phpredis has it' => [
            ['scheme' => 'tls', 'context' => ['stream' => ['cafile' => '/ca.pem', 'local_cert' => '/c.pem', 'local_pk' => '/k.pem', 'peer_name' => 'n']]],
            ['tls' => true, 'ca_file' => '/ca.pem', 'certificate_file' => '/c.pem', 'private_key_file' => '/k.pem', 'peer_name' => 'n'],
        ];
        yield 'TLS in a context without more' => [['scheme' => 'tls', 'context' => ['capath' => '/ca']], ['tls' => true, 'ca_path' => '/ca']];
        yield 'TLS as Predis has it' => [
            ['scheme' => 'tls', 'ssl' => ['cafile' => '/ca.pem', 'verify_peer' => false, 'verify_peer_name' => false]],
            ['tls' => true, 'ca_file' => '/ca.pem', 'verify_peer' => false],
        ];
        yield 'ours before theirs' => [['ca_file' => '/ours.pem', 'ssl' => ['cafile' => '/theirs.pem']], ['ca_file' => '/ours.pem']];
        yield 'Sentinels' => [
            ['sentinels' => 's1, s2:26380,[::1]:5', 'service' => 'main', 'sentinel_username' => 'u', 'sentinel_password' => 'p'],
            ['sentinels' => ['s1:26379', 's2:26380', '[::1]:5'], 'service' => 'main', 'sentinel_username' => 'u', 'sentinel_password' => 'p'],
        ];
        yield 'a Redis Cluster' => [['cluster' => ['10.0.0.1:7000', '10.0.0.2']], ['cluster' => ['10.0.0.1:7000', '10.0.0.2:6379']]];
    }

    /**
     * @param  array<string, mixed>  $server
     * @param  array<string, mixed>  $expected
     */
    #[Test]
    #[DataProvider('servers')]
    public function redis_is_found_however_laravel_has_it(array $server, array $expected): void
    {
        $this->assertSame([...self::DEFAULTS, ...$expected], self::read(['enabled' => true, 'server' => $server])->toArray()['server']);
    }

    #[Test]
    public function an_empty_server_is_that_of_laravel_with_its_options(): void
    {
        $redis = [
            'client' => 'phpredis',
            'options' => ['cluster' => 'redis', 'prefix' => 'app_database_', 'context' => ['stream' => ['cafile' => '/ca.pem']]],
            'default' => ['host' => 'redis.internal', 'port' => '6380', 'password' => 'p', 'database' => '1', 'options' => ['scheme' => 'tls']],
        ];
        $expected = ['host' => 'redis.internal', 'port' => 6380, 'password' => 'p', 'database' => 1, 'tls' => true, 'ca_file' => '/ca.pem'];

        $this->assertSame([
            'enabled' => true, 'channel' => 'reverb', 'prefix' => '', 'connections' => 'node', 'server' => [...self::DEFAULTS, ...$expected],
        ], self::read(['enabled' => true, 'server' => []], $redis)->toArray());
    }

    #[Test]
    public function what_is_not_used_may_be_wrong(): void
    {
        $this->assertSame(
            ['enabled' => false, 'channel' => 'c', 'prefix' => 'p:', 'connections' => 'cluster', 'server' => []],
            self::read(['channel' => 'c', 'prefix' => 'p:', 'connections' => 'cluster', 'server' => ['port' => 'none']])->toArray(),
        );
    }

    /**
     * @return iterable<string, array{array<string, mixed>, string}>
     */
    public static function mistakes(): iterable
    {
        yield 'no URL' => [
            ['url' => 'redis://:secret'],
            'scaling.server.url: is no URL. It is written as redis://user:password@host:6379/0, or with rediss:// for TLS.',
        ];
        yield 'a URL of something else' => [['url' => 'mysql://db'], 'scaling.server.url (scheme): must be one of tcp, redis, tls, rediss, ssl, unix, not "mysql".'];
        yield 'a database that is none' => [['url' => 'redis://r/main'], 'scaling.server.url (database): must be a whole number from 0 to 2147483647, not "main".'];
        yield 'a scheme' => [['scheme' => 'http'], 'scaling.server.scheme: must be one of tcp, redis, tls, rediss, ssl, unix, not "http".'];
        yield 'a host with a scheme' => [
            ['host' => 'http://r'], 'scaling.server.host: must be a host, with nothing or one of tcp, redis, tls, rediss, ssl, unix and :// before it, not "http://r".',
        ];
        yield 'a socket without path' => [['scheme' => 'unix'], 'scaling.server.path: must be the absolute path of Redis\' unix socket, not null.'];
        yield 'a port' => [['port' => 'redis'], 'scaling.server.port: must be a whole number from 1 to 65535, not "redis".'];
        yield 'a password' => [['password' => ['hunter2']], 'scaling.server.password: must be a string that is not empty, not a value of type array.'];
        yield 'a timeout' => [['timeout' => 'soon'], 'scaling.server.timeout: must be a number of seconds from 0 to 86400, not "soon".'];
        yield 'verify_peer' => [['verify_peer' => 'perhaps'], 'scaling.server.verify_peer: must be true or false, not "perhaps".'];
        yield 'a context' => [['context' => ['stream' => ['verify_peer' => 'perhaps']]], 'scaling.server.context.stream.verify_peer: must be true or false, not "perhaps".'];
        yield 'a name that is not checked' => [
            ['ssl' => ['verify_peer_name' => false]],
            'scaling.server.ssl.verify_peer_name: a certificate that is checked must have the right name. Set scaling.server.peer_name to the name it has, or scaling.server.verify_peer to false.',
        ];
        yield 'a Sentinel' => [['sentinels' => ['s1', 's2:']], 'scaling.server.sentinels.1: must be host:port, such as redis-1.internal:26379, not "s2:".'];
        yield 'a port past the last' => [['cluster' => 'r:65536'], 'scaling.server.cluster.0: must be host:port, such as redis-1.internal:6379, not "r:65536".'];
        yield 'both' => [
            ['cluster' => 'r', 'sentinels' => 's'],
            'scaling.server.cluster: and scaling.server.sentinels are both set. A Redis Cluster has no Sentinels: leave one of them empty.',
        ];
        yield 'a database of a Redis Cluster' => [['cluster' => 'r', 'database' => '1'], 'scaling.server.database: must be 0 with a Redis Cluster, which has no other, not 1.'];
    }

    /**
     * @param  array<string, mixed>  $server
     */
    #[Test]
    #[DataProvider('mistakes')]
    public function a_wrong_value_is_told_with_its_key(array $server, string $message): void
    {
        $this->expectExceptionObject(new InvalidSetting($message));

        self::read(['enabled' => true, 'server' => $server]);
    }

    #[Test]
    public function somebody_has_to_say_where_redis_is(): void
    {
        $this->expectExceptionObject(new InvalidSetting(
            'scaling.server: is empty, and so is database.redis.default, which then counts. One of them has to say where Redis is.'
        ));

        self::read(['enabled' => true, 'server' => []], ['options' => ['prefix' => 'x']]);
    }

    /**
     * @param  array<string, mixed>  $scaling
     */
    private static function read(array $scaling, mixed $redis = null): ScalingSettings
    {
        return ScalingSettings::read(Settings::of($scaling, 'scaling'), $redis);
    }
}
