<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use RuntimeException;
use Symfony\Component\Process\Process;

/**
 * A running php-fpm of this PHP's version with an installation's application.
 */
final class PhpFpm
{
    private readonly string $folder;

    private readonly Process $process;

    /**
     * @param  int  $workers  all of them there from the start
     * @param  array<string, string>  $environment
     */
    public function __construct(Installation $installation, int $workers, array $environment = [])
    {
        $this->folder = "{$installation->storage}/fpm";
        mkdir($this->folder);
        file_put_contents("{$this->folder}/fpm.conf", <<<INI
            [global]
            error_log = {$this->folder}/log
            daemonize = no
            [www]
            listen = {$this->folder}/sock
            listen.backlog = 511
            pm = static
            pm.max_children = {$workers}
            clear_env = no
            catch_workers_output = yes
            INI);
        $this->process = $installation->process([
            self::binary(), '-d', 'extension='.Installation::extension(), '-d', 'memory_limit=512M',
            '--nodaemonize', '--allow-to-run-as-root', '--fpm-config', "{$this->folder}/fpm.conf",
        ], $environment);
        $this->process->start();
        $installation->waitUntil(fn (): bool => file_exists("{$this->folder}/sock") || ! $this->process->isRunning());

        if (! $this->process->isRunning()) {
            throw new RuntimeException('php-fpm does not start: '.$this->log().$this->process->getErrorOutput());
        }
    }

    public function __destruct()
    {
        $this->process->stop(5);
    }

    public function request(string $uri): FastCgiRequest
    {
        return new FastCgiRequest("{$this->folder}/sock", Installation::app().'/public/index.php', $uri);
    }

    public function log(): string
    {
        return (string) file_get_contents("{$this->folder}/log");
    }

    private static function binary(): string
    {
        $version = PHP_MAJOR_VERSION.'.'.PHP_MINOR_VERSION;

        foreach (["/usr/sbin/php-fpm{$version}", dirname(PHP_BINARY).'/php-fpm', dirname(PHP_BINARY, 2).'/sbin/php-fpm'] as $path) {
            if (is_executable($path)) {
                return $path;
            }
        }

        throw new RuntimeException("There is no php-fpm {$version}: install php{$version}-fpm.");
    }
}
