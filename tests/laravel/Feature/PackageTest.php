<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\WebSocketClient;
use Symfony\Component\Process\Process;

/**
 * The package in an application: how it gets there, and what it makes of what it finds.
 */
final class PackageTest extends TestCase
{
    #[Test]
    public function laravel_discovers_both_providers_by_their_known_names(): void
    {
        $packages = require Installation::app().'/bootstrap/cache/packages.php';

        $this->assertSame([
            'Laravel\Reverb\ApplicationManagerServiceProvider',
            'Laravel\Reverb\ReverbServiceProvider',
        ], $packages['reverb-native/laravel']['providers']);
    }

    #[Test]
    public function the_configuration_file_is_published_by_the_known_tags(): void
    {
        foreach (['reverb', 'reverb-config'] as $tag) {
            $installation = new Installation;
            $installation->artisan(['vendor:publish', "--tag={$tag}"])->mustRun();

            $this->assertFileEquals(Installation::root().'/php/config/reverb.php', $installation->config('reverb.php'));
        }
    }

    #[Test]
    public function a_file_without_our_settings_gets_them_and_keeps_its_own(): void
    {
        $installation = new Installation(['REVERB_DRAIN_WINDOW' => '2.5']);
        file_put_contents($installation->config('reverb.php'), <<<'PHP'
            <?php

            return ['servers' => ['reverb' => ['host' => '127.0.0.9', 'port' => 1234, 'hostname' => null]]];
            PHP);

        $config = json_decode(
            $installation->artisan(['test:config', 'reverb.servers.reverb'])->mustRun()->getOutput(), true
        );

        $this->assertSame('127.0.0.9', $config['host']);
        $this->assertSame(1234, $config['port']);
        $this->assertSame('2.5', $config['drain_window']);
        $this->assertSame('0660', $config['socket_mode']);
    }

    #[Test]
    public function the_server_starts_with_a_cached_configuration(): void
    {
        $installation = new Installation;
        $cache = ['APP_CONFIG_CACHE' => "{$installation->storage}/config.php"];
        $installation->artisan(['config:cache'], $cache)->mustRun();

        $server = $installation->start(environment: $cache);
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertArrayNotHasKey('exception', $installation->broadcast(['now', 'room'], $cache));
        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
    }

    #[Test]
    public function composer_require_removes_the_package_that_it_replaces(): void
    {
        $installation = new Installation;
        $stock = "{$installation->storage}/stock";
        $app = "{$installation->storage}/app";
        mkdir($stock);
        mkdir($app);

        // Stands for laravel/reverb: its name and version are all that Composer goes by.
        file_put_contents("{$stock}/composer.json", self::json(['name' => 'laravel/reverb', 'version' => '1.9.0']));
        file_put_contents("{$app}/composer.json", self::json([
            'repositories' => [
                ['type' => 'path', 'url' => $stock],
                ['type' => 'path', 'url' => Installation::root(), 'options' => ['symlink' => true]],
                // All else is installed already, in the application of these tests.
                ['packagist.org' => false],
                ...array_map(
                    fn (string $composer): array => ['type' => 'path', 'url' => dirname($composer), 'options' => ['symlink' => true, 'versions' => self::versions()]],
                    glob(Installation::app().'/vendor/*/*/composer.json') ?: [],
                ),
            ],
            'require' => ['laravel/framework' => '^12.0', 'laravel/reverb' => '^1.0'],
            'config' => ['lock' => true],
        ]));

        self::composer($app, 'install');
        $this->assertSame(['1.9.0'], self::locked($app, 'laravel/reverb'));
        $this->assertDirectoryExists("{$app}/vendor/laravel/reverb");

        $output = self::composer($app, 'require', 'reverb-native/laravel:@dev');

        $this->assertStringContainsString('Removing laravel/reverb (1.9.0)', $output);
        $this->assertSame([], self::locked($app, 'laravel/reverb'));
        $this->assertCount(1, self::locked($app, 'reverb-native/laravel'));
        $this->assertDirectoryDoesNotExist("{$app}/vendor/laravel/reverb");
        $this->assertArrayHasKey('laravel/reverb', json_decode((string) file_get_contents("{$app}/composer.json"), true)['require']);
    }

    private static function composer(string $app, string ...$arguments): string
    {
        $process = new Process(
            ['composer', ...$arguments, '--no-interaction', '--no-progress', '--no-ansi'], $app,
            ['COMPOSER_ALLOW_SUPERUSER' => '1'], timeout: 300,
        );
        $process->mustRun();

        return $process->getOutput().$process->getErrorOutput();
    }

    /**
     * @return list<string> the version, or nothing
     */
    private static function locked(string $app, string $package): array
    {
        $lock = json_decode((string) file_get_contents("{$app}/composer.lock"), true, flags: JSON_THROW_ON_ERROR);

        return array_values(array_column(
            array_filter($lock['packages'], fn (array $locked): bool => $locked['name'] === $package), 'version'
        ));
    }

    /**
     * @return array<string, string> of the packages in the application of these tests
     */
    private static function versions(): array
    {
        $installed = json_decode((string) file_get_contents(Installation::app().'/vendor/composer/installed.json'), true, flags: JSON_THROW_ON_ERROR);

        return array_column($installed['packages'], 'version', 'name');
    }

    /**
     * @param  array<string, mixed>  $value
     */
    private static function json(array $value): string
    {
        return json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
    }
}
