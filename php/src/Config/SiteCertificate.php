<?php

declare(strict_types=1);

namespace Reverb\Laravel\Config;

/**
 * The certificate that Laravel Herd or Valet made for a site of this machine, when it was told to
 * secure it.
 */
final class SiteCertificate
{
    private const FOLDERS = [
        'Library/Application Support/Herd/config/valet/Certificates',
        '.config/herd/config/valet/Certificates',
        '.config/valet/Certificates',
        '.valet/Certificates',
    ];

    private function __construct(
        public readonly string $file,
        private readonly string $key,
    ) {}

    /**
     * @param  string  $hostname  a name, or a URL with one
     */
    public static function find(string $hostname): ?self
    {
        $host = parse_url($hostname, PHP_URL_HOST) ?: $hostname;

        // A name, and not a path to somewhere else.
        if (preg_match('/\A[a-z0-9_-]+(\.[a-z0-9_-]+)*\z/i', $host) !== 1) {
            return null;
        }

        foreach (self::folders() as $folder) {
            if (is_file("{$folder}/{$host}.crt") && is_file("{$folder}/{$host}.key")) {
                return new self("{$folder}/{$host}.crt", "{$folder}/{$host}.key");
            }
        }

        return null;
    }

    /**
     * @return array{local_cert: string, local_pk: string}
     */
    public function toArray(): array
    {
        return ['local_cert' => $this->file, 'local_pk' => $this->key];
    }

    /**
     * @return list<string>
     */
    private static function folders(): array
    {
        $home = getenv('HOME') ?: getenv('USERPROFILE');

        return $home === false || $home === '' ? [] : array_map(
            static fn (string $folder): string => rtrim(strtr($home, '\\', '/'), '/')."/{$folder}", self::FOLDERS
        );
    }
}
