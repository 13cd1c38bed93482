<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

/**
 * A self-signed certificate in files that go with the object.
 */
final class TestCertificate
{
    private function __construct(
        public readonly string $file,
        public readonly string $key,
        public readonly string $passphrase,
    ) {}

    public function __destruct()
    {
        unlink($this->file);
        unlink($this->key);
    }

    public static function create(string $passphrase = 'passphrase'): self
    {
        $certificate = new self(
            (string) tempnam(sys_get_temp_dir(), 'reverb-cert-'), (string) tempnam(sys_get_temp_dir(), 'reverb-key-'), $passphrase
        );
        $key = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
        $request = openssl_csr_new(['commonName' => 'localhost'], $key);

        openssl_x509_export_to_file(openssl_csr_sign($request, null, $key, 1), $certificate->file);
        openssl_pkey_export_to_file($key, $certificate->key, $passphrase === '' ? null : $passphrase);

        return $certificate;
    }
}
