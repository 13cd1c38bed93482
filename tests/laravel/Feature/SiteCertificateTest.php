<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\WebSocketClient;
use Symfony\Component\Process\Process;

/**
 * A developer's machine on which Herd or Valet has made a certificate for the site.
 */
final class SiteCertificateTest extends TestCase
{
    private string $home;

    private string $folder;

    protected function setUp(): void
    {
        $this->home = sys_get_temp_dir().'/reverb-home-'.bin2hex(random_bytes(6));
        $this->folder = "{$this->home}/.config/valet/Certificates";
        mkdir($this->folder, 0777, true);
        $this->makeCertificate('chat.test');
        $this->makeCertificate('other.test');
    }

    protected function tearDown(): void
    {
        (new Process(['rm', '-rf', $this->home]))->mustRun();
    }

    #[Test]
    public function the_certificate_of_the_hostname_is_used_and_named(): void
    {
        $server = $this->installation(['REVERB_HOST' => 'chat.test'])->start();

        $this->assertStringContainsString("Starting secure server on 127.0.0.1:{$server->port} (chat.test)", $server->output());
        $server->waitForOutput("Using the certificate {$this->folder}/chat.test.crt");

        $this->assertSame('chat.test', $this->commonName($server->port));
        WebSocketClient::connect($server->port, tls: true)->subscribe('room');
    }

    #[Test]
    public function the_option_names_another_site(): void
    {
        $server = $this->installation(['REVERB_HOST' => 'chat.test'])->start(['--hostname=other.test']);

        $server->waitForOutput("Using the certificate {$this->folder}/other.test.crt");
        $this->assertSame('other.test', $this->commonName($server->port));
    }

    #[Test]
    public function a_certificate_of_the_settings_wins(): void
    {
        $server = $this->installation(['REVERB_HOST' => 'chat.test', 'TEST_CONFIG' => json_encode([
            'reverb.servers.reverb.options.tls' => [
                'local_cert' => "{$this->folder}/other.test.crt", 'local_pk' => "{$this->folder}/other.test.key",
            ],
        ], JSON_THROW_ON_ERROR)])->start();

        $this->assertSame('other.test', $this->commonName($server->port));
        $this->assertStringNotContainsString('Using the certificate', $server->output());
    }

    #[Test]
    public function it_can_be_switched_off(): void
    {
        $server = $this->installation([
            'REVERB_HOST' => 'chat.test', 'TEST_CONFIG' => '{"reverb.servers.reverb.options.tls": false}',
        ])->start();

        $this->assertStringContainsString('Starting server on', $server->output());
        WebSocketClient::connect($server->port)->subscribe('room');
    }

    #[Test]
    public function one_that_does_not_fit_its_key_stops_the_start_with_the_way_out(): void
    {
        copy("{$this->folder}/other.test.key", "{$this->folder}/chat.test.key");
        $process = $this->installation(['REVERB_HOST' => 'chat.test'])->artisan(['reverb:start']);

        $this->assertSame(1, $process->run());
        $said = (string) preg_replace('/\s+/', ' ', $process->getOutput());
        $this->assertStringContainsString('reverb.servers.reverb.hostname: chat.test has a certificate of Herd or Valet, which cannot be used: ', $said);
        $this->assertStringContainsString('To serve without TLS set reverb.servers.reverb.options.tls to false.', $said);
    }

    /**
     * @param  array<string, string>  $environment
     */
    private function installation(array $environment): Installation
    {
        return new Installation(['HOME' => $this->home, ...$environment]);
    }

    private function makeCertificate(string $host): void
    {
        $key = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
        $request = openssl_csr_new(['commonName' => $host], $key);

        openssl_x509_export_to_file(openssl_csr_sign($request, null, $key, 1), "{$this->folder}/{$host}.crt");
        openssl_pkey_export_to_file($key, "{$this->folder}/{$host}.key");
    }

    /**
     * Of the certificate that the server shows, which a client that trusts it accepts.
     */
    private function commonName(int $port): string
    {
        foreach (['chat.test', 'other.test'] as $host) {
            $context = stream_context_create(['ssl' => ['cafile' => "{$this->folder}/{$host}.crt", 'peer_name' => $host]]);

            if (@stream_socket_client("tls://127.0.0.1:{$port}", $errno, $error, 5, STREAM_CLIENT_CONNECT, $context) !== false) {
                return $host;
            }
        }

        $this->fail("No client trusts the server on port {$port}: {$error}");
    }
}
