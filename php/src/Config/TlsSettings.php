<?php

declare(strict_types=1);

namespace Reverb\Laravel\Config;

use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Exceptions\InvalidSetting;

/**
 * `options.tls`: the files of the server's certificate. laravel/reverb hands the whole array to PHP's
 * stream context, so it may have any option of that.
 */
final class TlsSettings
{
    /** Without a certificate of the client's, PHP's server refuses who connects where one of them is set. */
    private const CHECKS = ['verify_peer', 'verify_peer_name', 'peer_fingerprint'];

    /** Of no consequence for a server that asks nobody for a certificate and offers no compression. */
    private const HARMLESS = [
        'allow_self_signed', 'capture_peer_cert', 'capture_peer_cert_chain', 'disable_compression', 'peer_name', 'SNI_enabled', 'verify_depth',
    ];

    /**
     * @param  array<string, string>  $files
     * @param  list<string>  $checks  of clients' certificates that are asked for, by their names
     * @param  list<string>  $unused  further keys that have no meaning here
     */
    private function __construct(
        public readonly bool $declined,
        private readonly string $path,
        private readonly array $files = [],
        private readonly array $checks = [],
        private readonly array $unused = [],
    ) {}

    /**
     * @param  Settings  $options  those of the server
     *
     * @throws CannotStart
     */
    public static function read(Settings $options): self
    {
        if ($options->value('tls') === false) {
            return new self(true, $options->name('tls'));
        }

        $tls = $options->section('tls');
        $files = array_filter([
            'local_cert' => $tls->optionalString('local_cert'),
            'local_pk' => $tls->optionalString('local_pk'),
            'passphrase' => $tls->optionalSecret('passphrase'),
        ], is_string(...));

        return new self(
            false,
            $options->name('tls'),
            $files,
            array_values(array_filter(self::CHECKS, static fn (string $key): bool => self::asks($tls, $key))),
            array_values(array_diff(
                array_keys(array_filter($tls->all(), static fn (mixed $value): bool => $value !== null)),
                ['local_cert', 'local_pk', 'passphrase'], self::CHECKS, self::HARMLESS,
            )),
        );
    }

    /**
     * Whether there is a certificate.
     */
    public function given(): bool
    {
        return isset($this->files['local_cert']) || isset($this->files['local_pk']);
    }

    /**
     * For a server that speaks TLS: to let in whom these settings keep out would open a door.
     *
     * @throws CannotStart
     */
    public function ensureNoClientIsChecked(): void
    {
        if ($this->checks !== []) {
            throw InvalidSetting::because(
                "{$this->path}.{$this->checks[0]}",
                'this server asks no client for a certificate, so it would let everybody in. '
                .'Let a proxy such as nginx ask for them (ssl_verify_client), or take this setting out.'
            );
        }
    }

    /**
     * For a server that speaks TLS.
     *
     * @return list<string>
     */
    public function warnings(): array
    {
        return $this->unused === [] ? [] : [
            "{$this->path}: ".implode(', ', $this->unused).(count($this->unused) === 1 ? ' has' : ' have').' no effect. '
            .'Of PHP\'s options for TLS this server reads local_cert, local_pk and passphrase.',
        ];
    }

    /**
     * @return array<string, string>
     */
    public function toArray(): array
    {
        return $this->files;
    }

    private static function asks(Settings $tls, string $key): bool
    {
        return $key === 'peer_fingerprint' ? ! in_array($tls->value($key), [null, '', []], true) : $tls->boolean($key, false);
    }
}
