<?php

declare(strict_types=1);

namespace Reverb\Laravel\Config;

use Illuminate\Support\ConfigurationUrlParser;
use InvalidArgumentException;
use Reverb\Laravel\Exceptions\InvalidSetting;

/**
 * Where Redis is and how to get in, as the extension takes it: read from Reverb's own settings or from
 * a connection of config/database.php, with all the ways in which Laravel's Redis clients have it.
 */
final class RedisSettings
{
    private const PORT = 6379;

    private const SENTINEL_PORT = 26379;

    private const MOST_DATABASES = 2_147_483_647;

    /** How PHP's stream contexts call what we call otherwise. */
    private const CONTEXT = [
        'cafile' => 'ca_file', 'capath' => 'ca_path', 'local_cert' => 'certificate_file', 'local_pk' => 'private_key_file',
        'verify_peer' => 'verify_peer', 'verify_peer_name' => 'verify_peer_name', 'peer_name' => 'peer_name',
    ];

    private const SCHEMES = ['tcp' => 'tcp', 'redis' => 'tcp', 'tls' => 'tls', 'rediss' => 'tls', 'ssl' => 'tls', 'unix' => 'unix'];

    /**
     * @return array<string, mixed> `scaling.server` of the extension's configuration
     *
     * @throws InvalidSetting
     */
    public static function read(Settings $server): array
    {
        $server = self::withContext(self::withUrl($server));
        [$scheme, $host] = self::address($server);
        $sentinels = self::addresses($server, 'sentinels', self::SENTINEL_PORT);
        $cluster = self::addresses($server, 'cluster', self::PORT);
        $database = $server->integer('database', 0, 0, self::MOST_DATABASES);

        if ($sentinels !== [] && $cluster !== []) {
            throw InvalidSetting::because(
                $server->name('cluster'), "and {$server->name('sentinels')} are both set. A Redis Cluster has no Sentinels: leave one of them empty."
            );
        }

        if ($cluster !== [] && $database !== 0) {
            throw InvalidSetting::mustBe($server->name('database'), '0 with a Redis Cluster, which has no other', $database);
        }

        // Reverb's number of attempts. Here reconnecting has no end, and wrong is wrong all the same.
        $server->seconds('timeout', 60.0);

        return [
            'host' => $scheme === 'unix' ? '' : $host,
            'port' => $scheme === 'unix' ? self::PORT : $server->integer('port', self::PORT, 1, 65_535),
            'path' => $scheme === 'unix' ? $host : '',
            'username' => $server->optionalString('username') ?? '',
            'password' => $server->optionalSecret('password') ?? '',
            'database' => $database,
            'tls' => $scheme === 'tls',
            'ca_file' => $server->string('ca_file', ''),
            'ca_path' => $server->string('ca_path', ''),
            'certificate_file' => $server->string('certificate_file', ''),
            'private_key_file' => $server->string('private_key_file', ''),
            'verify_peer' => self::verifies($server),
            'peer_name' => $server->string('peer_name', ''),
            'sentinels' => $sentinels,
            'service' => $server->string('service', 'mymaster'),
            'sentinel_username' => $server->optionalString('sentinel_username') ?? '',
            'sentinel_password' => $server->optionalSecret('sentinel_password') ?? '',
            'cluster' => $cluster,
        ];
    }

    /**
     * What the URL says wins over the other settings, as in Laravel.
     */
    private static function withUrl(Settings $server): Settings
    {
        $url = $server->optionalString('url');

        if ($url === null) {
            return $server;
        }

        foreach (self::parse($url, $server->name('url')) as $key => $value) {
            $server = $server->with($key, $value, "{$server->name('url')} ({$key})");
        }

        return $server;
    }

    /**
     * @return array<string, mixed>
     */
    private static function parse(string $url, string $name): array
    {
        // The parser, as PHP, knows no URL without a host.
        $unix = str_starts_with($url, 'unix:') ? preg_replace('#^unix:(//)?/#', 'unix://socket/', $url) : null;

        try {
            /** @var array<string, mixed> $parsed */
            $parsed = (new ConfigurationUrlParser)->parseConfiguration(['url' => $unix ?? $url]);
        } catch (InvalidArgumentException) {
            throw InvalidSetting::because($name, 'is no URL. It is written as redis://user:password@host:6379/0, or with rediss:// for TLS.');
        }

        if ($unix !== null) {
            parse_str((string) parse_url($unix, PHP_URL_QUERY), $query);
            unset($parsed['host'], $parsed['database']);
            $parsed = [
                ...$parsed, 'path' => rawurldecode((string) parse_url($unix, PHP_URL_PATH)), ...array_intersect_key($query, ['database' => true]),
            ];
        }

        // A password of digits is no number.
        foreach (['username' => PHP_URL_USER, 'password' => PHP_URL_PASS] as $key => $component) {
            $written = parse_url($unix ?? $url, $component);
            $parsed = is_string($written) ? [...$parsed, $key => rawurldecode($written)] : $parsed;
        }

        $driver = $parsed['driver'] ?? null;
        unset($parsed['driver']);

        return $driver === null ? $parsed : [...$parsed, 'scheme' => $driver];
    }

    /**
     * phpredis has the settings of TLS in `context`, below `stream` or not; Predis in `ssl`, which may be
     * among its `parameters`.
     */
    private static function withContext(Settings $server): Settings
    {
        $context = $server->section('context');

        foreach ([$context, $context->section('stream'), $context->section('ssl'), $server->section('parameters')->section('ssl'), $server->section('ssl')] as $section) {
            foreach (self::CONTEXT as $theirs => $ours) {
                if ($section->value($theirs) !== null && in_array($server->value($ours), [null, ''], true)) {
                    $server = $server->with($ours, $section->value($theirs), $section->name($theirs));
                }
            }
        }

        return $server;
    }

    /**
     * @return array{string, string} scheme ("tcp", "tls" or "unix"), host or path
     */
    private static function address(Settings $server): array
    {
        $host = $server->string('host', '127.0.0.1');
        $scheme = strtolower($server->string('scheme', 'tcp'));
        $key = 'scheme';

        if (preg_match('#\A([a-z]+)://(.*)\z#i', $host, $parts) === 1) {
            [$scheme, $host, $key] = [strtolower($parts[1]), $parts[2], 'host'];
        }

        $known = self::SCHEMES[$scheme] ?? throw InvalidSetting::mustBe(
            $server->name($key), ($key === 'host' ? 'a host, with nothing or one of ' : 'one of ').implode(', ', array_keys(self::SCHEMES))
            .($key === 'host' ? ' and :// before it' : ''), $server->value($key)
        );

        if ($known !== 'unix' && ! str_starts_with($host, '/')) {
            return [$known, $host];
        }

        $path = str_starts_with($host, '/') ? $host : $server->string('path', '');

        return str_starts_with($path, '/') ? ['unix', $path] : throw InvalidSetting::mustBe(
            $server->name('path'), 'the absolute path of Redis\' unix socket', $server->value('path')
        );
    }

    /**
     * @return list<string> host:port
     */
    private static function addresses(Settings $server, string $key, int $port): array
    {
        foreach ($server->separated($key) as $index => $address) {
            $written = preg_match('/\A(\[[0-9a-f:.]+\]|[^\s:\/\[\]]+)(?::([0-9]{1,5}))?\z/i', $address, $parts) === 1 ? (int) ($parts[2] ?? $port) : 0;

            if ($written < 1 || $written > 65_535) {
                throw InvalidSetting::mustBe("{$server->name($key)}.{$index}", "host:port, such as redis-1.internal:{$port}", $address);
            }

            $addresses[] = "{$parts[1]}:{$written}";
        }

        return $addresses ?? [];
    }

    private static function verifies(Settings $server): bool
    {
        $verifies = $server->boolean('verify_peer', true);

        if ($verifies && ! $server->boolean('verify_peer_name', true)) {
            throw InvalidSetting::because(
                $server->name('verify_peer_name'),
                "a certificate that is checked must have the right name. Set {$server->name('peer_name')} to the name it has, "
                ."or {$server->name('verify_peer')} to false."
            );
        }

        return $verifies;
    }
}
