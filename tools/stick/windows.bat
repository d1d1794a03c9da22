@echo off
rem Install the course from this stick, without a network (Windows x86_64): double-click, or windows.bat [folder]
rem Names of folders stay in quotes, printed ones too: an ampersand in a user's name would start a command.
setlocal
set "STICK=%~dp0"
set "TARGET=%~1"
if "%TARGET%"=="" set "TARGET=%USERPROFILE%\@FOLDER@"
for %%F in ("%TARGET%") do set "TARGET=%%~fF"

rem What Python was built for decides which wheels it takes: platform.machine() would name the processor.
set "FOUND="
for %%V in (@VERSIONS@) do if not defined FOUND py -%%V -c "import sys, sysconfig, venv; sys.exit(not sys.version.startswith('%%V.') or sysconfig.get_platform() != 'win-amd64')" >nul 2>&1 && set "FOUND=py -%%V"
for %%V in (@VERSIONS@) do if not defined FOUND python -c "import sys, sysconfig, venv; sys.exit(not sys.version.startswith('%%V.') or sysconfig.get_platform() != 'win-amd64')" >nul 2>&1 && set "FOUND=python"
if not defined FOUND goto nopython

rem @MARK@ names the version of the course. It is the first file of a copy, and course.toml the last.
if exist "%TARGET%\@MARK@" goto ours
dir /b /a "%TARGET%" 2>nul | findstr "^" >nul && goto theirs
if not exist "%TARGET%\" mkdir "%TARGET%" || goto failed
copy /Y "%STICK%course\@MARK@" "%TARGET%\@MARK@" >nul || goto failed

:ours
fc /b "%STICK%course\@MARK@" "%TARGET%\@MARK@" >nul || goto other
if exist "%TARGET%\course.toml" goto install
robocopy "%STICK%course" "%TARGET%" /E /XF course.toml /NFL /NDL /NJH /NJS >nul
if errorlevel 8 goto failed
copy /Y "%STICK%course\course.toml" "%TARGET%\course.toml" >nul || goto failed

:install
cd /d "%TARGET%" || goto failed
echo Installing into "%TARGET%": a few minutes, without a network. Each package is named.
.venv\Scripts\python -m pip --version >nul 2>&1 || %FOUND% -m venv --clear .venv || goto failed
.venv\Scripts\python -m pip install --disable-pip-version-check --no-compile --no-index --find-links "%STICK%wheels" --no-deps --require-hashes --requirement "%STICK%requirements.lock" || goto failed
echo Installed. Start it, now and next time, with
echo     cd /d "%TARGET%"
echo     .venv\Scripts\python tools\copies.py lab
pause
exit /b 0

:nopython
echo No 64-bit Python @OR@ was found: install one, see INSTALL.txt.
pause
exit /b 1

:theirs
echo Something else is in the way: "%TARGET%". Rename it, then start windows.bat again.
pause
exit /b 1

:other
echo Another version of the course is in "%TARGET%", and stays as it is: rename that folder, then start windows.bat again.
pause
exit /b 1

:failed
echo It could not be installed: show the lines above to a helper. Start windows.bat again, and it goes on.
pause
exit /b 1
