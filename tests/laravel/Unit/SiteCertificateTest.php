<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Config\ServerConfiguration;
use Reverb\Laravel\Config\SiteCertificate;
use Symfony\Component\Process\Process;

final class SiteCertificateTest extends TestCase
{
    private const HERD = 'Library/Application Support/Herd/config/valet/Certificates';

    private const VALET = '.config/valet/Certificates';

    private string $home;

    private string|false $before;

    protected function setUp(): void
    {
        $this->before = getenv('HOME');
        $this->home = sys_get_temp_dir().'/reverb-home-'.bin2hex(random_bytes(6));
        mkdir($this->home);
        putenv("HOME={$this->home}");
    }

    protected function tearDown(): void
    {
        putenv($this->before === false ? 'HOME' : "HOME={$this->before}");
        (new Process(['rm', '-rf', $this->home]))->mustRun();
    }

    /**
     * @return list<array{string}>
     */
    public static function folders(): array
    {
        return [[self::HERD], ['.config/herd/config/valet/Certificates'], [self::VALET], ['.valet/Certificates']];
    }

    #[Test]
    #[DataProvider('folders')]
    public function it_is_found_where_herd_and_valet_put_it(string $folder): void
    {
        $this->put($folder, 'chat.test.crt', 'chat.test.key');

        $this->assertSame([
            'local_cert' => "{$this->home}/{$folder}/chat.test.crt",
            'local_pk' => "{$this->home}/{$folder}/chat.test.key",
        ], SiteCertificate::find('chat.test')?->toArray());
        $this->assertNull(SiteCertificate::find('other.test'));
    }

    #[Test]
    public function herd_comes_before_valet(): void
    {
        $this->put(self::VALET, 'chat.test.crt', 'chat.test.key');
        $this->put(self::HERD, 'chat.test.crt', 'chat.test.key');

        $this->assertStringContainsString('/Herd/', (string) SiteCertificate::find('chat.test')?->file);
    }

    #[Test]
    public function a_certificate_without_its_key_is_none(): void
    {
        $this->put(self::HERD, 'chat.test.crt');
        $this->assertNull(SiteCertificate::find('chat.test'));

        $this->put(self::VALET, 'chat.test.crt', 'chat.test.key');
        $this->assertStringContainsString('/.config/valet/', (string) SiteCertificate::find('chat.test')?->file);
    }

    #[Test]
    public function the_name_may_be_that_of_a_url(): void
    {
        $this->put(self::VALET, 'chat.test.crt', 'chat.test.key');

        $this->assertNotNull(SiteCertificate::find('https://chat.test:8443/app'));
        $this->assertNotNull(SiteCertificate::find('chat.test:8443'));
    }

    #[Test]
    public function a_name_is_no_path(): void
    {
        $this->put('elsewhere', 'chat.test.crt', 'chat.test.key');
        $this->put(self::VALET);

        $this->assertNull(SiteCertificate::find('../../../elsewhere/chat.test'));
        $this->assertNull(SiteCertificate::find("{$this->home}/elsewhere/chat.test"));
    }

    #[Test]
    public function without_a_home_there_is_none(): void
    {
        putenv('HOME');
        $profile = getenv('USERPROFILE');
        putenv('USERPROFILE');

        $this->assertNull(SiteCertificate::find('chat.test'));

        putenv($profile === false ? 'USERPROFILE' : "USERPROFILE={$profile}");
    }

    #[Test]
    public function the_server_takes_it_unless_the_settings_say_otherwise(): void
    {
        $this->put(self::VALET, 'chat.test.crt', 'chat.test.key');
        $found = "{$this->home}/".self::VALET.'/chat.test.crt';

        $taken = self::configuration(['hostname' => 'chat.test']);
        $this->assertTrue($taken->secure());
        $this->assertSame($found, $taken->certificate?->file);
        $this->assertSame($found, $taken->toArray()['tls']['local_cert'] ?? null);

        foreach ([
            'none for this name' => ['hostname' => 'other.test'],
            'no name' => ['hostname' => null],
            'switched off' => ['hostname' => 'chat.test', 'options' => ['tls' => false]],
        ] as $case => $settings) {
            $configuration = self::configuration($settings);
            $this->assertFalse($configuration->secure(), $case);
            $this->assertSame([], $configuration->toArray()['tls'], $case);
        }

        $explicit = self::configuration(['hostname' => 'chat.test', 'options' => ['tls' => ['local_cert' => '/own.pem']]]);
        $this->assertTrue($explicit->secure());
        $this->assertNull($explicit->certificate);
        $this->assertSame(['local_cert' => '/own.pem'], $explicit->toArray()['tls']);

        // Settings that ask for nothing, such as those of variables that are not set.
        $empty = self::configuration(['hostname' => 'chat.test', 'options' => ['tls' => ['local_cert' => null, 'local_pk' => '', 'verify_peer' => false]]]);
        $this->assertSame($found, $empty->certificate?->file);
    }

    #[Test]
    public function one_that_cannot_be_used_is_told_with_its_reason_and_the_way_out(): void
    {
        $this->put(self::VALET, 'chat.test.crt', 'chat.test.key');

        $this->assertSame(
            'reverb.servers.reverb.hostname: chat.test has a certificate of Herd or Valet, which cannot be used: it has expired. '
            .'To serve without TLS set reverb.servers.reverb.options.tls to false.',
            self::configuration(['hostname' => 'chat.test'])->refused('tls.local_cert', 'it has expired')->getMessage()
        );
    }

    private function put(string $folder, string ...$files): void
    {
        @mkdir("{$this->home}/{$folder}", 0777, true);

        foreach ($files as $file) {
            touch("{$this->home}/{$folder}/{$file}");
        }
    }

    /**
     * @param  array<string, mixed>  $server
     */
    private static function configuration(array $server): ServerConfiguration
    {
        return ServerConfiguration::read([
            'servers' => ['reverb' => $server],
            'apps' => ['apps' => [['app_id' => 'app-id', 'key' => 'app-key', 'secret' => 'app-secret']]],
        ], [], debug: false, storagePath: '/storage');
    }
}
